package io.winnow.scoring.run;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Adds up sums of gradients in the order in which they come. */
final class GradientSum {

    private double @Nullable [] sum;

    void add(double[] part) {
        double[] so = sum;
        if (so == null) {
            sum = part;
            return;
        }
        for (int i = 0; i < so.length; i++) {
            so[i] += part[i];
        }
    }

    /** The sum so far, of one part at least. */
    double[] values() {
        return Objects.requireNonNull(sum, "a sum of nothing has no length");
    }
}
