package io.winnow.scoring;

import io.winnow.surrogate.StopSignal;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** Does one run: trains one surrogate and feeds every method that was asked for from that one training. */
public interface RunScorer {

    /**
     * Trains on all samples when a method needs it, and on parts of them for {@code moso} with chunks; a run whose methods
     * need neither trains nothing.
     *
     * <p>After each epoch, before and after a snapshot, its state goes to the checkpoints; from the newest of them that can be
     * read it goes on, and finds the same to the bit as if it had not stopped.
     *
     * @throws io.winnow.surrogate.TrainingDivergedException when the loss stops being finite
     * @throws io.winnow.surrogate.TrainingStoppedException when the listener says stop
     */
    RunScores score(RunRequest request, RunListener listener, Checkpoints checkpoints, Shards shards);

    /**
     * Computes a shard of a pass that another worker has spread.
     *
     * @param request of the run, as the other has it
     * @param state what the other has written for the pass
     * @param out takes what the samples {@code from} … {@code to}−1 give
     * @throws io.winnow.surrogate.TrainingStoppedException when told to stop
     */
    void shard(
            RunRequest request, ShardPass pass, int from, int to, InputStream state, StopSignal stop, OutputStream out)
            throws IOException;
}
