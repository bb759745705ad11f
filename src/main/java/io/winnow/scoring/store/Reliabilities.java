package io.winnow.scoring.store;

import io.winnow.scoring.Agreement;
import io.winnow.scoring.ScoreSet.Overlap;
import io.winnow.scoring.ScoreSet.Reliability;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How well two halves of the runs agree. */
final class Reliabilities {

    private static final double[] RATIOS = {0.1, 0.3, 0.5};

    private Reliabilities() {}

    /**
     * @param even the order keys of the mean scores of one half of the runs
     * @param odd of the other
     * @param most samples sorted at a time
     * @param directory for temporary files
     */
    static Reliability of(IntSpool even, IntSpool odd, int most, Path directory) {
        int size = (int) even.size();
        int[] kept = Arrays.stream(RATIOS)
                .mapToInt(ratio -> (int) Math.max(1, Math.floor(ratio * size + 0.5)))
                .toArray();
        try (StreamedRanks ofEven = new StreamedRanks(even, most, kept, directory);
                StreamedRanks ofOdd = new StreamedRanks(odd, most, kept, directory)) {
            Double spearman = spearman(ofEven.read(), ofOdd.read(), size);
            return new Reliability(
                    spearman, spearmanBrown(spearman), overlaps(ofEven.read(), ofOdd.read(), size, kept));
        }
    }

    private static @Nullable Double spearman(StreamedRanks.Reader even, StreamedRanks.Reader odd, int size) {
        return Agreement.spearman(size, sample -> rankOfNext(even), sample -> rankOfNext(odd));
    }

    private static double rankOfNext(StreamedRanks.Reader reader) {
        reader.next();
        return reader.rank();
    }

    private static List<Overlap> overlaps(StreamedRanks.Reader even, StreamedRanks.Reader odd, int size, int[] kept) {
        int[] both = new int[kept.length];
        for (int sample = 0; sample < size; sample++) {
            even.next();
            odd.next();
            for (int i = 0; i < both.length; i++) {
                if (even.isAmongFirst(i) && odd.isAmongFirst(i)) {
                    both[i]++;
                }
            }
        }
        List<Overlap> overlaps = new ArrayList<>();
        for (int i = 0; i < both.length; i++) {
            overlaps.add(new Overlap(RATIOS[i], (double) both[i] / kept[i]));
        }
        return overlaps;
    }

    /** Spearman (1910), Brown (1910): what twice as many runs as in a half would reach. Means nothing below zero. */
    private static @Nullable Double spearmanBrown(@Nullable Double half) {
        return half == null || half < 0 ? null : 2 * half / (1 + half);
    }
}
