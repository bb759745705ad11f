package io.winnow.dynamics;

import io.winnow.dynamics.ModeConnectivity.Fork;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What runs of studies have found so far, as bytes of their states. */
final class StudyState {

    /** More than any state has: a length beyond it is no length. */
    private static final int LONGEST = 1 << 20;

    private StudyState() {}

    static void writeForks(DataOutputStream out, List<Fork> forks) throws IOException {
        out.writeInt(forks.size());
        for (Fork fork : forks) {
            out.writeInt(fork.epoch());
            write(out, fork.errors());
            write(out, fork.losses());
        }
    }

    static List<Fork> readForks(DataInputStream in) throws IOException {
        List<Fork> forks = new ArrayList<>();
        for (int left = length(in); left > 0; left--) {
            forks.add(new Fork(in.readInt(), rows(in), rows(in)));
        }
        return forks;
    }

    static void writePath(DataOutputStream out, List<GroupErrors> path) throws IOException {
        out.writeInt(path.size());
        for (GroupErrors point : path) {
            write(out, point.errors());
            write(out, point.losses());
        }
    }

    static List<GroupErrors> readPath(DataInputStream in) throws IOException {
        List<GroupErrors> path = new ArrayList<>();
        for (int left = length(in); left > 0; left--) {
            path.add(new GroupErrors(values(in), values(in)));
        }
        return path;
    }

    static void write(DataOutputStream out, double[] values) throws IOException {
        out.writeInt(values.length);
        for (double value : values) {
            out.writeDouble(value);
        }
    }

    static double[] values(DataInputStream in) throws IOException {
        double[] values = new double[length(in)];
        for (int i = 0; i < values.length; i++) {
            values[i] = in.readDouble();
        }
        return values;
    }

    static int length(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > LONGEST) {
            throw new IOException("it has no %d values".formatted(length));
        }
        return length;
    }

    static <T> T constant(T[] constants, int ordinal) throws IOException {
        if (ordinal < 0 || ordinal >= constants.length) {
            throw new IOException("it knows no stage " + ordinal);
        }
        return constants[ordinal];
    }

    private static void write(DataOutputStream out, double[][] rows) throws IOException {
        out.writeInt(rows.length);
        for (double[] row : rows) {
            write(out, row);
        }
    }

    private static double[][] rows(DataInputStream in) throws IOException {
        double[][] rows = new double[length(in)][];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = values(in);
        }
        return rows;
    }
}
