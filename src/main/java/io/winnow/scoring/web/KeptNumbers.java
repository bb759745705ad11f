package io.winnow.scoring.web;

import io.winnow.dataset.SourcePositions;
import io.winnow.scoring.NewScoreSet.LabelSource;
import io.winnow.scoring.NewScoreSet.ScoreSource;

/** Of numbers for all samples of the user's data, those of the samples that were not skipped. */
final class KeptNumbers {

    private KeptNumbers() {}

    static ScoreSource scores(ScoreSource all, SourcePositions positions) {
        int[] position = {0};
        float[] one = new float[1];
        return positions.isAll()
                ? all
                : target -> {
                    int filled = 0;
                    while (filled < target.length && all.read(one) == 1) {
                        if (positions.kept(position[0]++) >= 0) {
                            target[filled++] = one[0];
                        }
                    }
                    return filled;
                };
    }

    static LabelSource labels(LabelSource all, SourcePositions positions) {
        int[] position = {0};
        int[] one = new int[1];
        return positions.isAll()
                ? all
                : target -> {
                    int filled = 0;
                    while (filled < target.length && all.read(one) == 1) {
                        if (positions.kept(position[0]++) >= 0) {
                            target[filled++] = one[0];
                        }
                    }
                    return filled;
                };
    }
}
