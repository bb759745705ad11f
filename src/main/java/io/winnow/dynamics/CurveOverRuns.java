package io.winnow.dynamics;

import io.winnow.platform.Statistics;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * As many numbers over several runs.
 *
 * @param mean of each
 * @param std of each over the runs, with n − 1; null for one run
 * @param margin half the width of the 95 % interval of each mean; null for one run
 */
public record CurveOverRuns(double[] mean, double @Nullable [] std, double @Nullable [] margin) {

    static <T> CurveOverRuns of(List<T> runs, Function<T, double[]> values) {
        List<double[]> all = runs.stream().map(values).toList();
        List<double[]> each = IntStream.range(0, all.get(0).length)
                .mapToObj(i -> all.stream().mapToDouble(of -> of[i]).toArray())
                .toList();
        return new CurveOverRuns(
                each.stream().mapToDouble(Statistics::mean).toArray(),
                spread(each, Statistics::std),
                spread(each, Statistics::margin));
    }

    private static double @Nullable [] spread(List<double[]> each, Function<double[], @Nullable Double> of) {
        double[] spread = new double[each.size()];
        for (int i = 0; i < spread.length; i++) {
            Double value = of.apply(each.get(i));
            if (value == null) {
                return null;
            }
            spread[i] = value;
        }
        return spread;
    }
}
