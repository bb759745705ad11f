package io.winnow.scoring.run;

import io.winnow.scoring.Seeds;

/** At which optimizer steps the stages are: one drawn uniformly from each of as many equal parts of the training. */
final class StageSteps {

    private StageSteps() {}

    /**
     * @param totalSteps T, at least 1
     * @param stages at least 1; no more than T are drawn
     * @return ascending distinct steps in 0 … T−1
     */
    static long[] draw(long totalSteps, int stages, long seed) {
        int count = (int) Math.min(stages, totalSteps);
        long[] steps = new long[count];
        for (int i = 0; i < count; i++) {
            long from = i * totalSteps / count;
            long to = (i + 1) * totalSteps / count;
            steps[i] = from + Math.floorMod(Seeds.number(seed, i), to - from);
        }
        return steps;
    }
}
