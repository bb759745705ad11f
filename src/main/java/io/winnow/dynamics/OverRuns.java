package io.winnow.dynamics;

import io.winnow.platform.Statistics;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A number over several runs.
 *
 * @param mean over the runs that have it; null where none has
 * @param std over the runs, with n − 1; null for one run
 * @param margin half the width of the 95 % interval of the mean, by Student's t; null for one run
 * @param runs in their order; null for one that has none
 */
public record OverRuns(
        @Nullable Double mean,
        @Nullable Double std,
        @Nullable Double margin,
        List<@Nullable Double> runs) {

    static <T> OverRuns of(List<T> runs, Function<T, @Nullable Double> value) {
        List<@Nullable Double> all = runs.stream().<@Nullable Double>map(value).toList();
        double[] there = all.stream()
                .filter(Objects::nonNull)
                .mapToDouble(Double::doubleValue)
                .toArray();
        return new OverRuns(
                there.length == 0 ? null : Statistics.mean(there),
                Statistics.std(there),
                Statistics.margin(there),
                all);
    }
}
