package io.winnow.surrogate;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * Where a training stands, between two of its steps.
 *
 * @param epoch epochs done
 * @param steps steps done of the epoch after them; 0 between two epochs
 * @param loss sum of the losses of the samples of those steps
 * @param correct how many of those samples were classified right
 */
public record TrainingPosition(int epoch, int steps, double loss, int correct) {

    /** Nothing is trained yet. */
    public static final TrainingPosition START = after(0);

    /** So many epochs are done, and no step of the next. */
    public static TrainingPosition after(int epoch) {
        return new TrainingPosition(epoch, 0, 0, 0);
    }

    public void write(DataOutput out) throws IOException {
        out.writeInt(epoch);
        out.writeInt(steps);
        out.writeDouble(loss);
        out.writeInt(correct);
    }

    public static TrainingPosition read(DataInput in) throws IOException {
        return new TrainingPosition(in.readInt(), in.readInt(), in.readDouble(), in.readInt());
    }
}
