package io.winnow.evaluation;

import io.winnow.job.RunOutcome;
import io.winnow.scoring.RunScores.EpochAccuracy;
import java.util.List;

/**
 * What one training of a point gave.
 *
 * @param steps optimizer steps made
 * @param trainSeconds wall time of the training alone
 * @param correct [classes] test samples classified right, by class
 */
record PointRun(long steps, double trainSeconds, int[] correct) {

    /**
     * @param tests [classes] test samples by class
     * @return in [0, 1]
     */
    double accuracy(int[] tests) {
        long right = 0;
        long all = 0;
        for (int c = 0; c < tests.length; c++) {
            right += correct[c];
            all += tests[c];
        }
        return (double) right / all;
    }

    /**
     * A run as the engine keeps it.
     *
     * @param epochs made
     * @param trainAccuracy of the last whole epoch
     */
    record Outcome(PointRun document, int epochs, double trainAccuracy, double testAccuracy, double seconds)
            implements RunOutcome {

        @Override
        public List<EpochAccuracy> history() {
            return List.of(new EpochAccuracy(epochs, trainAccuracy, testAccuracy));
        }
    }
}
