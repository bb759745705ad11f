package io.winnow.scoring;

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
     * @return the job's score sets
     */
    List<ScoreSet> publish(UUID job, UUID datasetId, String dataset, int runs);

    /** Deletes the score sets and run scores of a job. */
    void deleteJob(UUID job);

    /** @throws io.winnow.platform.NotFoundException when there is none */
    ScoreSet require(UUID id);

    Page<ScoreSet> list(Filter filter, Pageable page);

    /** The newest that fits the filter. */
    Optional<ScoreSet> newest(Filter filter);

    /** All scores of a set, in sample order. */
    float[] scores(UUID id);

    /** The standard deviation over runs (with n − 1; zeros for one run), in sample order. */
    float[] spread(UUID id);

    /** The scores of one run, in sample order. */
    float[] runScores(UUID id, int run);

    /** The first k of the samples ordered by importance, ties by smaller index. */
    int[] ranking(UUID id, int k);

    /** The labels of the samples that the set scores; null when none are known. */
    int @Nullable [] labels(ScoreSet set);

    /** What score sets to look at; null parts don't matter. */
    record Filter(
            @Nullable String dataset,
            @Nullable String method,
            @Nullable UUID job,
            @Nullable Integer epoch) {

        public static final Filter ANY = new Filter(null, null, null, null);
    }
}
