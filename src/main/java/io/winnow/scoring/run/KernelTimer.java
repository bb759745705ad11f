package io.winnow.scoring.run;

import io.winnow.surrogate.Samples;
import io.winnow.surrogate.StopSignal;
import io.winnow.surrogate.Surrogate;
import java.util.stream.IntStream;

/**
 * Foresees how long a tangent kernel of m samples takes, from two smaller ones: t = a·m + b·m², passes being linear in m and
 * products of gradients quadratic.
 */
final class KernelTimer {

    private static final int SMALLER = 16;
    private static final double SECONDS_A_KERNEL = 5;

    private KernelTimer() {}

    static double seconds(Surrogate surrogate, Samples samples, int m) {
        int few = Math.min(samples.size(), Math.max(1, m / SMALLER));
        int more = Math.min(samples.size(), 2 * few);
        double first = time(surrogate, samples, few);
        if (first > SECONDS_A_KERNEL || more == few) {
            return from(few, first, m);
        }
        return from(few, time(surrogate, samples, few), more, time(surrogate, samples, more), m);
    }

    /** Of one kernel, all of whose time is taken for quadratic. */
    static double from(int n, double seconds, int m) {
        return seconds * m / n * m / n;
    }

    /** Of two, the other one larger; neither part is ever negative. */
    static double from(int n, double seconds, int other, double otherSeconds, int m) {
        double quadratic = Math.max(0, (otherSeconds / other - seconds / n) / (other - n));
        double linear = Math.max(0, otherSeconds / other - quadratic * other);
        return linear * m + quadratic * m * m;
    }

    private static double time(Surrogate surrogate, Samples samples, int m) {
        long begun = System.nanoTime();
        surrogate.tangentKernel(samples, IntStream.range(0, m).toArray(), StopSignal.NEVER);
        return (System.nanoTime() - begun) / 1e9;
    }
}
