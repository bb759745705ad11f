package io.winnow.dynamics;

import io.winnow.platform.SplitMix64;
import io.winnow.scoring.Keeps;
import io.winnow.scoring.Ranking;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Groups of samples, which may overlap. */
record SampleGroups(List<Group> groups) {

    /** Of samples of like scores. */
    static final String SCORE = "score";
    /** Of samples that the user named. */
    static final String SUBSET = "subset";
    /** All samples, each of which is looked at. */
    static final String ALL = "all";
    /** All samples, of which some are drawn. */
    static final String RANDOM = "random";

    SampleGroups {
        groups = List.copyOf(groups);
    }

    /**
     * @param name that no other group has
     * @param kind what the group is made of
     * @param members positions of its samples, ascending, at least one
     */
    record Group(String name, String kind, int[] members) {

        Group {
            if (members.length == 0) {
                throw new IllegalArgumentException("group %s is empty".formatted(name));
            }
        }

        /** Of all samples. */
        static Group all(String kind, int samples) {
            return new Group(kind, kind, IntStream.range(0, samples).toArray());
        }
    }

    SampleGroups and(Group more) {
        return new SampleGroups(Stream.concat(groups.stream(), Stream.of(more)).toList());
    }

    int size() {
        return groups.size();
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
    static SampleGroups byScore(float[] scores, Keeps keeps, int groups) {
        if (groups < 1 || groups > scores.length) {
            throw new IllegalArgumentException(
                    "%d samples cannot be split into %d groups".formatted(scores.length, groups));
        }
        int[] ranking = Ranking.of(scores, keeps);
        return new SampleGroups(IntStream.range(0, groups)
                .mapToObj(group -> {
                    int from = (int) ((long) group * scores.length / groups);
                    int to = (int) ((group + 1L) * scores.length / groups);
                    int[] members = Arrays.copyOfRange(ranking, scores.length - to, scores.length - from);
                    Arrays.sort(members);
                    return new Group(Integer.toString(group + 1), SCORE, members);
                })
                .toList());
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
