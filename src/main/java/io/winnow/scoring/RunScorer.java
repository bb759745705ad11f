package io.winnow.scoring;

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
    RunScores score(RunRequest request, RunListener listener, Checkpoints checkpoints);
}
