package io.winnow.scoring;

/** Does one run: trains one surrogate and feeds every method that was asked for from that one training. */
public interface RunScorer {

    /**
     * @throws io.winnow.surrogate.TrainingDivergedException when the loss stops being finite
     * @throws io.winnow.surrogate.TrainingStoppedException when the listener says stop
     */
    RunScores score(RunRequest request, RunListener listener);
}
