package io.winnow.scoring.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.winnow.surrogate.SampleShape;
import io.winnow.surrogate.Surrogate;
import io.winnow.surrogate.SurrogateSpec;
import io.winnow.surrogate.djl.DjlSurrogateEngine;
import java.util.Map;
import org.junit.jupiter.api.Test;

class KernelTimerTests {

    @Test
    void takesPassesForLinearAndProductsForQuadratic() {
        assertThat(KernelTimer.from(8, 8 * 0.5 + 64 * 0.01, 16, 16 * 0.5 + 256 * 0.01, 128))
                .isCloseTo(128 * 0.5 + 128 * 128 * 0.01, within(1e-9));
    }

    @Test
    void neverForeseesLessForMoreSamples() {
        assertThat(KernelTimer.from(8, 2, 16, 1, 128))
                .as("a first that was slow")
                .isEqualTo(8);
        assertThat(KernelTimer.from(8, 0.01, 16, 1, 128))
                .as("all quadratic, and no less than the larger one's share")
                .isGreaterThan(8);
        assertThat(KernelTimer.from(4, 1, 16)).isEqualTo(16);
    }

    @Test
    void timesAKernel() {
        SampleShape shape = new SampleShape(1, 6, 6);
        try (Surrogate surrogate =
                new DjlSurrogateEngine(0).initialise(new SurrogateSpec("mlp", Map.of(), shape, 3), "cpu", 1)) {
            assertThat(KernelTimer.seconds(surrogate, new MadeUpSamples(shape, 3, 10), 40))
                    .isBetween(0.0, 60.0)
                    .isNotZero();
        }
    }
}
