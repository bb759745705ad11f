package io.winnow.scoring.store;

import static io.winnow.scoring.ScoreStore.CHUNK;
import static io.winnow.scoring.store.SetWriter.SORTED_CHUNKS;

import io.winnow.dataset.SourcePositions;
import io.winnow.platform.WinnowProperties;
import io.winnow.scoring.Keeps;
import io.winnow.scoring.MethodRegistry;
import io.winnow.scoring.Ranking;
import io.winnow.scoring.ScoreSet;
import io.winnow.scoring.ScoreSet.Reliability;
import io.winnow.scoring.ScoringMethod;
import io.winnow.scoring.store.RunChunks.Kept;
import io.winnow.surrogate.StopSignal;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** Makes score sets of the scores of runs. */
@Component
final class Publication {

    private final RunChunks runChunks;
    private final ClassChunks classChunks;
    private final ScoreChunks scoreChunks;
    private final MethodRegistry methods;
    private final Path directory;

    Publication(
            RunChunks runChunks,
            ClassChunks classChunks,
            ScoreChunks scoreChunks,
            MethodRegistry methods,
            WinnowProperties properties) {
        this.runChunks = runChunks;
        this.classChunks = classChunks;
        this.scoreChunks = scoreChunks;
        this.methods = methods;
        this.directory = properties.workDir();
    }

    /**
     * Writes the chunks of one score set and says what it is.
     *
     * @throws io.winnow.surrogate.TrainingStoppedException when the signal says stop
     */
    ScoreSet scoreSet(
            UUID job,
            UUID datasetId,
            String dataset,
            int runs,
            Kept kept,
            Instant now,
            SourcePositions positions,
            StopSignal stop) {
        if (kept.runs() != runs) {
            throw new IllegalStateException(
                    "job %s has %s from %d runs of %d".formatted(job, kept.method(), kept.runs(), runs));
        }
        ScoringMethod method = methods.require(kept.method(), "method");
        UUID id = UUID.randomUUID();
        // The database ends a transaction that asks nothing of it for long.
        Runnable step = () -> {
            stop.check();
            scoreChunks.askNothing();
        };
        try (SetWriter writer = new SetWriter(scoreChunks, id, method.keeps(), directory, step);
                Halves halves = new Halves(method.keeps(), directory, step)) {
            for (long from = 0; from < kept.size(); from += CHUNK) {
                stop.check();
                float[][] chunk = runChunks.chunk(job, kept, (int) (from / CHUNK), runs);
                Averages averages = Averages.of(chunk);
                writer.write(averages.mean(), runs < 2 ? null : averages.spread());
                if (runs > 1) {
                    halves.add(chunk);
                }
            }
            Summary summary = writer.finish();
            return new ScoreSet(
                    id,
                    datasetId,
                    dataset,
                    job,
                    null,
                    kept.method(),
                    kept.epoch(),
                    runs,
                    method.keeps(),
                    summary.size(),
                    kept.classes(),
                    summary.min(),
                    summary.max(),
                    summary.mean(),
                    summary.std(),
                    summary.histogram(),
                    runs < 2 ? null : halves.reliability(),
                    kept.facts(),
                    method.warnings(kept.epoch()),
                    now,
                    positions);
        }
    }

    /** Keeps what most of the runs predict, ties to the smaller class. */
    void majority(UUID job, int size, int classes, int runs, StopSignal stop) {
        int[] votes = new int[classes];
        for (long from = 0; from < size; from += CHUNK) {
            stop.check();
            int chunk = (int) (from / CHUNK);
            List<int[]> predictions = classChunks.predictions(job, chunk, runs);
            if (predictions.isEmpty()) {
                return;
            }
            int[] majority = new int[(int) Math.min(CHUNK, size - from)];
            for (int i = 0; i < majority.length; i++) {
                majority[i] = mostVoted(predictions, i, votes);
            }
            byte[] bytes = Bytes.of(majority, 0, majority.length);
            classChunks.insert(job, ClassChunks.Kind.MAJORITY, 0, chunk, bytes);
        }
    }

    private static int mostVoted(List<int[]> predictions, int sample, int[] votes) {
        int winner = predictions.get(0)[sample];
        for (int[] run : predictions) {
            int voted = run[sample];
            votes[voted]++;
            if (votes[voted] > votes[winner] || votes[voted] == votes[winner] && voted < winner) {
                winner = voted;
            }
        }
        for (int[] run : predictions) {
            votes[run[sample]] = 0;
        }
        return winner;
    }

    /** The mean scores of the even and of the odd runs. */
    private static final class Halves implements AutoCloseable {

        private final Keeps keeps;
        private final Path directory;
        private final IntSpool even;
        private final IntSpool odd;

        Halves(Keeps keeps, Path directory, Runnable step) {
            this.keeps = keeps;
            this.directory = directory;
            this.even = new IntSpool(directory, SORTED_CHUNKS, step);
            this.odd = new IntSpool(directory, SORTED_CHUNKS, step);
        }

        void add(float[][] runs) {
            even.append(keys(runs, 0));
            odd.append(keys(runs, 1));
        }

        private int[] keys(float[][] runs, int first) {
            int[] keys = new int[runs[0].length];
            for (int i = 0; i < keys.length; i++) {
                keys[i] = Ranking.key((float) Averages.mean(runs, i, first, 2), keeps);
            }
            return keys;
        }

        Reliability reliability() {
            return Reliabilities.of(even, odd, SORTED_CHUNKS * CHUNK, directory);
        }

        @Override
        public void close() {
            even.close();
            odd.close();
        }
    }
}
