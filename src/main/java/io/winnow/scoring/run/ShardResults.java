package io.winnow.scoring.run;

import io.winnow.scoring.method.State;
import io.winnow.surrogate.ForwardBatch;
import io.winnow.surrogate.GradientBatch;
import io.winnow.surrogate.Samples;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Consumer;

/** What the batches of a pass found, written by one worker and read by another, to the bit. */
final class ShardResults {

    private static final int END = -1;

    private ShardResults() {}

    /** Writes a batch without its labels, which the reader knows. */
    static void write(DataOutputStream out, ForwardBatch batch, int classes) {
        try {
            out.writeInt(batch.from());
            out.writeInt(batch.size());
            State.write(out, batch.logits(), batch.size() * classes);
            out.writeInt(batch.embeddingSize());
            if (batch.embeddings() != null) {
                State.write(out, batch.embeddings(), batch.size() * batch.embeddingSize());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void write(DataOutputStream out, GradientBatch batch, int classes) {
        try {
            out.writeInt(batch.from());
            out.writeInt(batch.size());
            State.write(out, batch.logits(), batch.size() * classes);
            State.write(out, batch.squaredNorms(), batch.size());
            out.writeBoolean(batch.dots() != null);
            if (batch.dots() != null) {
                State.write(out, batch.dots(), batch.size());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void write(DataOutputStream out, double[] sum) {
        try {
            out.writeInt(sum.length);
            State.write(out, sum);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void end(DataOutputStream out) throws IOException {
        out.writeInt(END);
        out.flush();
    }

    static void readForward(DataInputStream in, Samples samples, Consumer<ForwardBatch> reader) throws IOException {
        for (int from = in.readInt(); from != END; from = in.readInt()) {
            int size = in.readInt();
            float[] logits = floats(in, size * samples.classes());
            int width = in.readInt();
            float[] embeddings = width == 0 ? null : floats(in, size * width);
            reader.accept(new ForwardBatch(from, size, logits, labels(samples, from, size), embeddings, width));
        }
    }

    static void readGradients(DataInputStream in, Samples samples, Consumer<GradientBatch> reader) throws IOException {
        for (int from = in.readInt(); from != END; from = in.readInt()) {
            int size = in.readInt();
            float[] logits = floats(in, size * samples.classes());
            float[] squaredNorms = floats(in, size);
            float[] dots = in.readBoolean() ? floats(in, size) : null;
            reader.accept(new GradientBatch(from, size, squaredNorms, dots, logits, labels(samples, from, size)));
        }
    }

    static void readSums(DataInputStream in, Consumer<double[]> reader) throws IOException {
        for (int length = in.readInt(); length != END; length = in.readInt()) {
            reader.accept(doubles(in, length));
        }
    }

    static double[] readSum(DataInputStream in) throws IOException {
        return doubles(in, in.readInt());
    }

    private static double[] doubles(DataInputStream in, int count) throws IOException {
        double[] values = new double[count];
        State.read(in, values);
        return values;
    }

    private static float[] floats(DataInputStream in, int count) throws IOException {
        float[] values = new float[count];
        State.read(in, values);
        return values;
    }

    private static int[] labels(Samples samples, int from, int size) {
        int[] labels = new int[size];
        for (int i = 0; i < size; i++) {
            labels[i] = samples.label(from + i);
        }
        return labels;
    }
}
