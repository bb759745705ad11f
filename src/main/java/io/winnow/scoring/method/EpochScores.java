package io.winnow.scoring.method;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.SortedMap;
import java.util.TreeMap;

/** The scores of a snapshot method, one array for each epoch of {@code scoreAt} so far. */
final class EpochScores {

    private final int samples;
    private final SortedMap<Integer, float[]> byEpoch = new TreeMap<>();

    EpochScores(int samples) {
        this.samples = samples;
    }

    /** The scores [N] of an epoch, zeros until they are written. */
    float[] at(int epoch) {
        return byEpoch.computeIfAbsent(epoch, e -> new float[samples]);
    }

    void save(DataOutput out) throws IOException {
        out.writeInt(byEpoch.size());
        for (var entry : byEpoch.entrySet()) {
            out.writeInt(entry.getKey());
            State.write(out, entry.getValue());
        }
    }

    void restore(DataInput in) throws IOException {
        byEpoch.clear();
        for (int remaining = in.readInt(); remaining > 0; remaining--) {
            int epoch = in.readInt();
            State.read(in, at(epoch));
        }
    }
}
