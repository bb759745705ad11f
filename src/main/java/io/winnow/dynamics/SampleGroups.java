package io.winnow.dynamics;

import io.winnow.platform.SplitMix64;
import io.winnow.scoring.Keeps;
import io.winnow.scoring.Ranking;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Samples in groups that don't overlap. A sample may be in none.
 *
 * @param names of the groups, in their order
 * @param groupOf [N] the group of each sample, or {@link #NONE}
 */
public record SampleGroups(List<String> names, int[] groupOf) {

    /** The group of a sample that is in none. */
    public static final int NONE = -1;

    public SampleGroups {
        names = List.copyOf(names);
        for (int group : groupOf) {
            if (group < NONE || group >= names.size()) {
                throw new IllegalArgumentException("there is no group " + group);
            }
        }
    }

    /**
     * Groups of equal size, give or take one, by a score: the first holds the least important samples, the last the most
     * important. Group g holds the ranks ⌊g·N/G⌋ … ⌊(g+1)·N/G⌋−1 of the {@link Ranking} read backwards, and is named {@code
     * 1} … {@code G}.
     *
     * @param scores [N], finite
     * @param keeps which scores are important
     * @throws IllegalArgumentException when there are fewer samples than groups
     */
    public static SampleGroups byScore(float[] scores, Keeps keeps, int groups) {
        if (groups < 1 || groups > scores.length) {
            throw new IllegalArgumentException(
                    "%d samples cannot be split into %d groups".formatted(scores.length, groups));
        }
        int[] ranking = Ranking.of(scores, keeps);
        int[] groupOf = new int[scores.length];
        for (int group = 0; group < groups; group++) {
            int to = (int) ((group + 1L) * scores.length / groups);
            for (int rank = (int) ((long) group * scores.length / groups); rank < to; rank++) {
                groupOf[ranking[scores.length - 1 - rank]] = group;
            }
        }
        return new SampleGroups(
                IntStream.rangeClosed(1, groups).mapToObj(Integer::toString).toList(), groupOf);
    }

    /** Samples of one group, ascending. */
    public int[] members(int group) {
        return IntStream.range(0, groupOf.length)
                .filter(position -> groupOf[position] == group)
                .toArray();
    }

    /**
     * Some samples drawn without replacement, each as likely as any other, ascending.
     *
     * @param from to be drawn from
     * @param count all of them where there are fewer
     */
    static int[] draw(int[] from, int count, long seed) {
        int[] drawn = from.clone();
        int size = Math.min(count, drawn.length);
        SplitMix64 random = new SplitMix64(seed);
        for (int i = 0; i < size; i++) {
            int j = i + random.nextInt(drawn.length - i);
            int swapped = drawn[i];
            drawn[i] = drawn[j];
            drawn[j] = swapped;
        }
        int[] some = Arrays.copyOf(drawn, size);
        Arrays.sort(some);
        return some;
    }
}
