package io.winnow.scoring.run;

import io.winnow.scoring.method.Logits;
import io.winnow.surrogate.ForwardBatch;
import io.winnow.surrogate.ForwardListener;
import io.winnow.surrogate.Samples;
import io.winnow.surrogate.Surrogate;
import io.winnow.surrogate.TrainingBatch;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/** The class that the network predicts for each sample, as last seen. */
final class Predictions {

    private static final int NEVER_SEEN = -1;

    private final Samples train;
    private final int[] predicted;

    Predictions(Samples train) {
        this.train = train;
        this.predicted = new int[train.size()];
        Arrays.fill(predicted, NEVER_SEEN);
    }

    void training(TrainingBatch batch) {
        int classes = train.classes();
        for (int i = 0; i < batch.size(); i++) {
            predicted[batch.positions()[i]] = Logits.argmax(batch.logits(), i * classes, classes);
        }
    }

    void snapshot(ForwardBatch batch) {
        int classes = train.classes();
        for (int i = 0; i < batch.size(); i++) {
            predicted[batch.from() + i] = Logits.argmax(batch.logits(), i * classes, classes);
        }
    }

    /** A sample that every epoch left out is asked for now. */
    void complete(Surrogate surrogate) {
        for (int i = 0; i < predicted.length; i++) {
            if (predicted[i] == NEVER_SEEN) {
                ForwardListener reader = this::snapshot;
                surrogate.forward(train, i, i + 1, false, reader);
            }
        }
    }

    /** [N] */
    int[] all() {
        return predicted;
    }

    void save(DataOutput out) throws IOException {
        for (int one : predicted) {
            out.writeInt(one);
        }
    }

    void restore(DataInput in) throws IOException {
        for (int i = 0; i < predicted.length; i++) {
            predicted[i] = in.readInt();
        }
    }

    /** How many samples of the batch are classified right. */
    static int right(ForwardBatch batch, int classes) {
        int right = 0;
        for (int i = 0; i < batch.size(); i++) {
            if (Logits.argmax(batch.logits(), i * classes, classes) == batch.labels()[i]) {
                right++;
            }
        }
        return right;
    }
}
