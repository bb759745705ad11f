package io.winnow.subset;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What two subsets of the same samples have in common.
 *
 * @param intersection samples in both
 * @param onlyA samples in the first alone
 * @param jaccard intersection / union
 * @param classes the same by class, or null when the classes are not known
 */
public record SubsetDifference(
        int sizeA,
        int sizeB,
        int intersection,
        int onlyA,
        int onlyB,
        double jaccard,
        @Nullable List<ClassDifference> classes) {

    /** The same for one class. */
    public record ClassDifference(int label, int a, int b, int intersection) {}

    public static SubsetDifference between(KeptSamples a, KeptSamples b) throws IOException {
        BitSet inA = new BitSet();
        Counts counts = new Counts();
        a.scan(chunk -> {
            for (int row = 0; row < chunk.count(); row++) {
                inA.set(chunk.index(row));
                counts.add(a.labelled(), chunk, row, 0);
            }
        });
        int[] both = {0};
        b.scan(chunk -> {
            for (int row = 0; row < chunk.count(); row++) {
                counts.add(b.labelled(), chunk, row, 1);
                if (inA.get(chunk.index(row))) {
                    both[0]++;
                    counts.add(b.labelled(), chunk, row, 2);
                }
            }
        });
        int shared = both[0];
        return new SubsetDifference(
                a.size(),
                b.size(),
                shared,
                a.size() - shared,
                b.size() - shared,
                (double) shared / ((long) a.size() + b.size() - shared),
                a.labelled() && b.labelled() ? counts.list() : null);
    }

    /** Counts by class of the first, the second and both. */
    private static final class Counts {

        private int[][] byClass = new int[16][3];
        private int classes;

        void add(boolean labelled, KeptSamples.Chunk chunk, int row, int column) {
            if (!labelled) {
                return;
            }
            int label = chunk.label(row);
            if (label >= byClass.length) {
                int old = byClass.length;
                byClass = Arrays.copyOf(byClass, Math.max(label + 1, 2 * old));
                for (int c = old; c < byClass.length; c++) {
                    byClass[c] = new int[3];
                }
            }
            classes = Math.max(classes, label + 1);
            byClass[label][column]++;
        }

        List<ClassDifference> list() {
            List<ClassDifference> list = new ArrayList<>();
            for (int c = 0; c < classes; c++) {
                list.add(new ClassDifference(c, byClass[c][0], byClass[c][1], byClass[c][2]));
            }
            return list;
        }
    }
}
