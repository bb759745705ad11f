package io.winnow.scoring.method;

import io.winnow.scoring.RunContext;
import io.winnow.scoring.ScoreFold;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** The fold of a method that scores each sample in one snapshot: its state is the scores of each epoch. */
abstract class SnapshotFold implements ScoreFold {

    private final EpochScores scores;

    SnapshotFold(RunContext run) {
        this.scores = new EpochScores(run.samples());
    }

    /** [N], for the fold to fill and the run to read. */
    @Override
    public final float[] scores(int epoch) {
        return scores.at(epoch);
    }

    @Override
    public final void save(DataOutput out) throws IOException {
        scores.save(out);
    }

    @Override
    public final void restore(DataInput in) throws IOException {
        scores.restore(in);
    }
}
