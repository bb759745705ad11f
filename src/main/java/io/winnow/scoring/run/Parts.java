package io.winnow.scoring.run;

import io.winnow.scoring.RunRequest;
import io.winnow.scoring.Seeds;
import java.util.Arrays;

/** A random split into parts of equal size, give or take one: never runs of neighbours, which would be of few classes. */
final class Parts {

    private Parts() {}

    /** The parts that a run trains on: for each its samples, ascending. */
    static int[][] of(RunRequest request) {
        return draw(request.train().size(), request.options().chunks(), Seeds.of(request.seed(), "parts"));
    }

    /**
     * @return the samples 0 … n−1, each in one part; a part is ascending
     * @throws IllegalArgumentException when there are fewer than two samples a part
     */
    static int[][] draw(int n, int parts, long seed) {
        requireFit(n, parts);
        int[] shuffled = new int[n];
        for (int i = 0; i < n; i++) {
            int j = (int) Math.floorMod(Seeds.number(seed, i), i + 1L);
            shuffled[i] = shuffled[j];
            shuffled[j] = i;
        }
        int[][] drawn = new int[parts][];
        for (int part = 0; part < parts; part++) {
            int from = (int) ((long) part * n / parts);
            int to = (int) ((part + 1L) * n / parts);
            drawn[part] = Arrays.copyOfRange(shuffled, from, to);
            Arrays.sort(drawn[part]);
        }
        return drawn;
    }

    static void requireFit(int n, int parts) {
        if (parts < 1 || parts > n / 2) {
            throw new IllegalArgumentException(
                    "%d samples cannot be split into %d parts of at least two".formatted(n, parts));
        }
    }
}
