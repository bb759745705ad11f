package io.winnow.scoring;

import io.winnow.dataset.SourcePositions;
import io.winnow.surrogate.StopSignal;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.data.domain.Page;
import org.springframework.data.domain.Pageable;

/** Keeps the scores of runs and the score sets made of them, in PostgreSQL, in chunks of {@link #CHUNK} samples. */
public interface ScoreStore {

    int CHUNK = 65_536;

    /** Keeps what a run found, in the caller's transaction. A second call for the same run changes nothing. */
    void keepRun(UUID job, int run, RunScores scores);

    /**
     * Averages the kept runs 0 … runs−1 of a job in float64 in the order of the runs, ranks them and writes one score set
     * per method and epoch, in the caller's transaction. A second call for the same job changes nothing.
     *
     * @param positions where the samples stand in the user's data
     * @return the job's score sets
     * @throws io.winnow.surrogate.TrainingStoppedException when the signal, asked between chunks, says stop
     */
    List<ScoreSet> publish(
            UUID job, UUID datasetId, String dataset, int runs, SourcePositions positions, StopSignal stop);

    /**
     * Writes a score set that was computed elsewhere. Reads its sources to their end, a chunk at a time: nothing of the
     * set's size is kept in the heap.
     *
     * @throws io.winnow.platform.InvalidRequestException when a score is not finite, a label is out of range, there are no
     *     scores at all, or the numbers of scores and labels differ
     * @throws java.io.UncheckedIOException when a source fails
     */
    ScoreSet add(NewScoreSet set);

    /** Deletes the score sets and run scores of a job. */
    void deleteJob(UUID job);

    /** @throws io.winnow.platform.NotFoundException when there is none */
    ScoreSet require(UUID id);

    /** The newest first, whatever order the page asks for; of one job the last epoch, then in the order of its request. */
    Page<ScoreSet> list(Filter filter, Pageable page);

    /** The first of {@link #list}. */
    Optional<ScoreSet> newest(Filter filter);

    /** All scores of a set, in sample order. Cached and shared by all callers: read it, don't write to it. */
    float[] scores(UUID id);

    /**
     * Hands the scores from chunk {@code fromChunk} on to the consumer, chunk by chunk in sample order. No database
     * connection is held while the consumer works.
     */
    void readScores(UUID id, int fromChunk, ChunkConsumer consumer) throws IOException;

    /** The standard deviation over runs (with n − 1; zeros for one run), in sample order. */
    float[] spread(UUID id);

    /**
     * The scores of one run, in sample order.
     *
     * @throws io.winnow.platform.NotFoundException when the set has no such run
     */
    float[] runScores(UUID id, int run);

    /** The first k of the samples ordered by importance, ties by smaller index. */
    int[] ranking(UUID id, int k);

    /** The sample at a place of that order, from 0, with its score. */
    default Placed placed(UUID id, int place) {
        int sample = ranking(id, place + 1)[place];
        return new Placed(sample, scores(id)[sample]);
    }

    /** A sample and its score. */
    record Placed(int sample, float score) {}

    /**
     * The labels of the samples that the set scores, as the surrogates saw them or as they were imported; null when none
     * are known. Cached and shared by all callers: read it, don't write to it.
     */
    int @Nullable [] labels(ScoreSet set);

    /** The class that most of the runs predict for each sample, ties to the smaller class; null for imported scores. */
    int @Nullable [] predicted(ScoreSet set);

    /** Receives chunks of scores. */
    @FunctionalInterface
    interface ChunkConsumer {

        /**
         * @param firstSample index of the sample that {@code scores[0]} belongs to
         * @param scores at most {@link #CHUNK} scores; the array is the consumer's to keep
         */
        void chunk(long firstSample, float[] scores) throws IOException;
    }

    /** What score sets to look at; null parts don't matter. */
    record Filter(
            @Nullable String dataset,
            @Nullable String method,
            @Nullable UUID job,
            @Nullable Integer epoch) {

        public static final Filter ANY = new Filter(null, null, null, null);
    }
}
