package io.winnow.dynamics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.winnow.surrogate.TangentKernel;
import java.util.Random;
import org.junit.jupiter.api.Test;

class KernelMotionTests {

    private static TangentKernel kernel(double... values) {
        return new TangentKernel((int) Math.sqrt(values.length), 1, values);
    }

    @Test
    void velocityIsZeroWhereTheKernelOnlyGrows() {
        assertThat(KernelMotion.velocity(kernel(2, 1, 1, 3), kernel(4, 2, 2, 6)))
                .isCloseTo(0, within(1e-12));
    }

    @Test
    void velocityIsOneMinusTheCosine() {
        assertThat(KernelMotion.velocity(kernel(1, 0, 0, 1), kernel(1, 0, 0, 0)))
                .isCloseTo(1 - 1 / Math.sqrt(2), within(1e-12));
        assertThat(KernelMotion.velocity(kernel(1, 0, 0, 0), kernel(0, 0, 0, 1)))
                .isEqualTo(1);
    }

    @Test
    void refusesKernelsOfDifferentSamples() {
        assertThatIllegalArgumentException().isThrownBy(() -> KernelMotion.velocity(kernel(1), kernel(1, 0, 0, 1)));
    }

    @Test
    void kernelsThatAreZeroHaveNoVelocityAndNoRank() {
        assertThat(KernelMotion.velocity(kernel(0), kernel(1))).isNaN();
        assertThat(KernelSpectrum.of(kernel(0, 0, 0, 0)).effectiveRank()).isNull();
    }

    @Test
    void spectrumOfADiagonalIsTheDiagonal() {
        KernelSpectrum spectrum = KernelSpectrum.of(kernel(1, 0, 0, 0, 6, 0, 0, 0, 3));
        assertThat(spectrum.largest()).containsExactly(new double[] {6, 3, 1}, within(1e-12));
        assertThat(spectrum.trace()).isCloseTo(10, within(1e-12));
        assertThat(spectrum.norm()).isCloseTo(Math.sqrt(46), within(1e-12));
        assertThat(spectrum.effectiveRank()).isCloseTo(100.0 / 46, within(1e-12));
        assertThat(spectrum.directionsOf90Percent()).isEqualTo(2);
    }

    @Test
    void spectrumOfProductsHasTheirTraceAndNormAndNothingNegative() {
        int side = 30;
        Random random = new Random(4);
        double[][] rows = new double[side][12];
        for (double[] row : rows) {
            java.util.Arrays.setAll(row, d -> random.nextGaussian());
        }
        double[] values = new double[side * side];
        double trace = 0;
        for (int i = 0; i < side; i++) {
            for (int j = 0; j < side; j++) {
                for (int d = 0; d < 12; d++) {
                    values[i * side + j] += rows[i][d] * rows[j][d];
                }
            }
            trace += values[i * side + i];
        }
        TangentKernel kernel = new TangentKernel(side, 1, values);
        double[] eigenvalues = KernelSpectrum.eigenvalues(kernel);
        assertThat(java.util.Arrays.stream(eigenvalues).sum()).isCloseTo(trace, within(1e-9 * trace));
        assertThat(KernelSpectrum.of(eigenvalues).norm())
                .isCloseTo(Math.sqrt(KernelMotion.product(kernel, kernel)), within(1e-9 * trace));
        assertThat(eigenvalues[side - 1]).isGreaterThan(-1e-9 * trace);
        assertThat(eigenvalues[11]).isGreaterThan(1e-3);
        assertThat(eigenvalues[12]).isCloseTo(0, within(1e-9 * trace));
    }
}
