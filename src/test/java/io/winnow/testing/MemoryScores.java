package io.winnow.testing;

import io.winnow.dataset.SourcePositions;
import io.winnow.platform.NotFoundException;
import io.winnow.scoring.Keeps;
import io.winnow.scoring.NewScoreSet;
import io.winnow.scoring.Ranking;
import io.winnow.scoring.RunScores;
import io.winnow.scoring.ScoreSet;
import io.winnow.scoring.ScoreStore;
import io.winnow.surrogate.StopSignal;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.data.domain.Page;
import org.springframework.data.domain.PageImpl;
import org.springframework.data.domain.Pageable;

/** Score sets in memory, for slices that have no database. Counts how often scores were read. */
public class MemoryScores implements ScoreStore {

    private final Map<UUID, Kept> sets = new LinkedHashMap<>();
    private int reads;

    private record Kept(ScoreSet set, float[] scores, int @Nullable [] labels) {}

    /** Keeps a score set of a job with the given number of runs; the last one kept is the newest. */
    public ScoreSet keep(
            String dataset, String method, int runs, Keeps keeps, float[] scores, int @Nullable [] labels) {
        return keep(dataset, method, runs, keeps, scores, labels, null);
    }

    /** The same with what the halves of the runs say of one another. */
    public ScoreSet keep(
            String dataset,
            String method,
            int runs,
            Keeps keeps,
            float[] scores,
            int @Nullable [] labels,
            ScoreSet.@Nullable Reliability reliability) {
        int classes = labels == null ? 0 : Arrays.stream(labels).max().getAsInt() + 1;
        ScoreSet set = new ScoreSet(
                UUID.randomUUID(),
                UUID.randomUUID(),
                dataset,
                UUID.randomUUID(),
                null,
                method,
                10,
                runs,
                keeps,
                scores.length,
                classes,
                0,
                1,
                0.5,
                0.1,
                new ScoreSet.Histogram(new double[] {0, 1}, new long[] {scores.length}),
                reliability,
                Map.of(),
                List.of(),
                Instant.EPOCH,
                SourcePositions.ALL);
        sets.put(set.id(), new Kept(set, scores, labels));
        return set;
    }

    public void clear() {
        sets.clear();
        reads = 0;
    }

    public int reads() {
        return reads;
    }

    @Override
    public ScoreSet require(UUID id) {
        if (!sets.containsKey(id)) {
            throw new NotFoundException("there is no score set " + id);
        }
        return sets.get(id).set();
    }

    @Override
    public Page<ScoreSet> list(Filter filter, Pageable page) {
        List<ScoreSet> fitting = fitting(filter);
        return new PageImpl<>(fitting, page, fitting.size());
    }

    @Override
    public Optional<ScoreSet> newest(Filter filter) {
        List<ScoreSet> fitting = fitting(filter);
        return fitting.isEmpty() ? Optional.empty() : Optional.of(fitting.get(fitting.size() - 1));
    }

    private List<ScoreSet> fitting(Filter filter) {
        return sets.values().stream()
                .map(Kept::set)
                .filter(set -> filter.dataset() == null || filter.dataset().equals(set.dataset()))
                .filter(set -> filter.method() == null || filter.method().equals(set.method()))
                .filter(set -> filter.job() == null || filter.job().equals(set.job()))
                .filter(set -> filter.epoch() == null || filter.epoch().equals(set.epoch()))
                .toList();
    }

    @Override
    public float[] scores(UUID id) {
        reads++;
        return sets.get(id).scores();
    }

    @Override
    public int[] ranking(UUID id, int k) {
        Kept kept = sets.get(id);
        return Arrays.copyOf(Ranking.of(kept.scores(), kept.set().keeps()), k);
    }

    @Override
    public int @Nullable [] labels(ScoreSet set) {
        return sets.get(set.id()).labels();
    }

    @Override
    public void readScores(UUID id, int fromChunk, ChunkConsumer consumer) throws IOException {
        float[] scores = sets.get(id).scores();
        for (int from = fromChunk * CHUNK; from < scores.length; from += CHUNK) {
            consumer.chunk(from, Arrays.copyOfRange(scores, from, Math.min(scores.length, from + CHUNK)));
        }
    }

    @Override
    public void keepRun(UUID job, int run, RunScores scores) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<ScoreSet> publish(
            UUID job, UUID datasetId, String dataset, int runs, SourcePositions positions, StopSignal stop) {
        throw new UnsupportedOperationException();
    }

    @Override
    public ScoreSet add(NewScoreSet set) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void deleteJob(UUID job) {
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
    public int @Nullable [] predicted(ScoreSet set) {
        throw new UnsupportedOperationException();
    }
}
