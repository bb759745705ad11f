package io.winnow.scoring.run;

import io.winnow.scoring.RunScores.EpochAccuracy;
import io.winnow.surrogate.TrainingPosition;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a run has found so far and where it stands. With the surrogate at work that is all that a run needs to go on: the order
 * of the samples, their augmentation, the parts and the steps of the stages are functions of the seed and the epoch, and the
 * learning rate is one of the step.
 */
final class RunState {

    /** The training on all samples; parts count from 1. */
    static final int WHOLE = 0;

    private final Folds folds;
    private final @Nullable Predictions predictions;
    private final List<EpochAccuracy> history = new ArrayList<>();
    private int part;
    private TrainingPosition position = TrainingPosition.START;
    private boolean scored;
    private int stages;

    /** A run at its beginning. */
    RunState(Plan plan, boolean lastLayerBias) {
        this.folds = new Folds(plan, lastLayerBias);
        this.predictions = plan.trainsOnAll() ? new Predictions(plan.request().train()) : null;
        this.part = plan.trainsOnAll() ? WHOLE : 1;
    }

    Folds folds() {
        return folds;
    }

    /** Null when nothing is trained on all samples. */
    @Nullable
    Predictions predictions() {
        return predictions;
    }

    List<EpochAccuracy> history() {
        return history;
    }

    /** Which training is at work: {@link #WHOLE}, or the number of the part from 1. */
    int part() {
        return part;
    }

    /** Epochs done of the training at work. */
    int epoch() {
        return position.epoch();
    }

    /** Where the training at work goes on. */
    TrainingPosition position() {
        return position;
    }

    /** Whether the snapshot after this epoch is taken, if one was asked for. */
    boolean scored() {
        return scored;
    }

    /** Stages taken of the training at work. */
    int stages() {
        return stages;
    }

    /** An epoch of the training on all samples is done, but no snapshot taken yet. */
    void trained(EpochAccuracy accuracy) {
        history.add(accuracy);
        position = TrainingPosition.after(accuracy.epoch());
        scored = false;
    }

    /** An epoch of the training on a part is done. */
    void trainedOnPart(int epoch) {
        position = TrainingPosition.after(epoch);
    }

    /** The training at work was stopped within an epoch. */
    void stopped(TrainingPosition at) {
        position = at;
    }

    void snapshotTaken() {
        scored = true;
    }

    void stageTaken() {
        stages++;
    }

    /** The training on a part begins, unless it is the one at work. */
    void enterPart(int number) {
        if (part != number) {
            part = number;
            position = TrainingPosition.START;
            stages = 0;
        }
    }

    void save(DataOutput out) throws IOException {
        out.writeInt(part);
        position.write(out);
        out.writeBoolean(scored);
        out.writeInt(stages);
        out.writeInt(history.size());
        for (EpochAccuracy accuracy : history) {
            out.writeInt(accuracy.epoch());
            out.writeDouble(accuracy.train());
            out.writeDouble(accuracy.test());
        }
        if (predictions != null) {
            predictions.save(out);
        }
        folds.save(out);
    }

    void restore(DataInput in) throws IOException {
        part = in.readInt();
        position = TrainingPosition.read(in);
        scored = in.readBoolean();
        stages = in.readInt();
        for (int left = in.readInt(); left > 0; left--) {
            history.add(new EpochAccuracy(in.readInt(), in.readDouble(), in.readDouble()));
        }
        if (predictions != null) {
            predictions.restore(in);
        }
        folds.restore(in);
    }
}
