package io.winnow.job;

import io.winnow.dataset.SourcePositions;
import io.winnow.platform.NotFoundException;
import io.winnow.scoring.Keeps;
import io.winnow.scoring.NewScoreSet;
import io.winnow.scoring.RunScores;
import io.winnow.scoring.RunScores.MethodScores;
import io.winnow.scoring.ScoreSet;
import io.winnow.scoring.ScoreStore;
import io.winnow.surrogate.StopSignal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.data.domain.Page;
import org.springframework.data.domain.Pageable;

/** A score store that counts what is asked of it, and can be told to fail. */
class MemoryScoreStore implements ScoreStore {

    final Map<String, RunScores> kept = new ConcurrentHashMap<>();
    final Map<UUID, float[]> published = new ConcurrentHashMap<>();
    final List<UUID> deleted = new ArrayList<>();
    final AtomicInteger refusals = new AtomicInteger();
    volatile RuntimeException failure;

    @Override
    public void keepRun(UUID job, int run, RunScores scores) {
        if (failure != null) {
            refusals.incrementAndGet();
            throw failure;
        }
        if (kept.put(job + "/" + run, scores) != null) {
            throw new IllegalStateException("run %d of job %s is kept twice".formatted(run, job));
        }
    }

    @Override
    public List<ScoreSet> publish(
            UUID job, UUID datasetId, String dataset, int runs, SourcePositions positions, StopSignal stop) {
        if (failure != null) {
            refusals.incrementAndGet();
            throw failure;
        }
        stop.check();
        List<ScoreSet> sets = new ArrayList<>();
        for (int m = 0; m < kept.get(job + "/0").methods().size(); m++) {
            MethodScores first = kept.get(job + "/0").methods().get(m);
            double[] sum = new double[first.scores().length];
            for (int run = 0; run < runs; run++) {
                float[] scores = kept.get(job + "/" + run).methods().get(m).scores();
                for (int i = 0; i < sum.length; i++) {
                    sum[i] += scores[i];
                }
            }
            float[] mean = new float[sum.length];
            for (int i = 0; i < sum.length; i++) {
                mean[i] = (float) (sum[i] / runs);
            }
            ScoreSet set = new ScoreSet(
                    UUID.randomUUID(),
                    datasetId,
                    dataset,
                    job,
                    null,
                    first.method(),
                    first.epoch(),
                    runs,
                    Keeps.HIGHEST,
                    mean.length,
                    JobBench.CLASSES,
                    0,
                    0,
                    0,
                    0,
                    new ScoreSet.Histogram(new double[2], new long[1]),
                    null,
                    Map.of(),
                    List.of(),
                    Instant.now(),
                    SourcePositions.ALL);
            published.put(set.id(), mean);
            sets.add(set);
        }
        return sets;
    }

    @Override
    public void deleteJob(UUID job) {
        deleted.add(job);
    }

    @Override
    public float[] scores(UUID id) {
        return published.get(id);
    }

    @Override
    public ScoreSet add(NewScoreSet set) {
        throw new UnsupportedOperationException();
    }

    @Override
    public ScoreSet require(UUID id) {
        throw new NotFoundException("there is no score set " + id);
    }

    @Override
    public Page<ScoreSet> list(Filter filter, Pageable page) {
        return Page.empty(page);
    }

    @Override
    public Optional<ScoreSet> newest(Filter filter) {
        return Optional.empty();
    }

    @Override
    public void readScores(UUID id, int fromChunk, ChunkConsumer consumer) {
        throw new UnsupportedOperationException();
    }

    @Override
    public float[] spread(UUID id) {
        throw new UnsupportedOperationException();
    }

    @Override
    public float[] runScores(UUID id, int run) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int[] ranking(UUID id, int k) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int[] labels(ScoreSet set) {
        return null;
    }

    @Override
    public int[] predicted(ScoreSet set) {
        return null;
    }
}
