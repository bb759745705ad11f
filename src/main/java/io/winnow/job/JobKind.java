package io.winnow.job;

import io.winnow.scoring.Checkpoints;
import io.winnow.scoring.RunListener;
import io.winnow.surrogate.StopSignal;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A kind of work that jobs do. The engine brings the runs of a job to workers, under fences, with retries, quarantine,
 * checkpoints, cancel and progress, whatever the runs do; a kind says what that is. Requests of all kinds are stored as JSON
 * with the fields {@code device}, {@code epochs} and {@code training} of {@link JobRequest}.
 */
public interface JobKind {

    /** The name in the row of a job; with an s, unless it ends in one, the path of its resources. */
    String id();

    /**
     * Does a run. It may be done again by another worker at any time, and must then find the same.
     *
     * @param listener told of progress, and asked between batches whether to stop
     * @param checkpoints where the run keeps its state, and finds what an earlier attempt kept
     * @throws io.winnow.surrogate.TrainingDivergedException when the loss stops being finite
     * @throws io.winnow.surrogate.TrainingStoppedException when the listener says stop
     */
    RunOutcome perform(JobRun run, RunListener listener, Checkpoints checkpoints);

    /**
     * Brings together what the runs found, once all are done, in the transaction that ends the job.
     *
     * @param stop asked by what takes long
     * @return what is stored as JSON with the job; null for nothing
     * @throws io.winnow.surrogate.TrainingStoppedException when the signal says stop
     */
    @Nullable
    Object finish(JobRecord job, StopSignal stop);

    /** Removes what the runs and the finish stored beside the job, in the transaction that deletes it. */
    default void delete(UUID job) {}
}
