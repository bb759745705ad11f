package io.winnow.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.winnow.surrogate.Element;
import io.winnow.surrogate.Normalisation;
import io.winnow.surrogate.SampleShape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ChannelMomentsTests {

    private static final int SAMPLES = 5000;

    private static Normalisation of(float[][] samples) {
        ChannelMoments moments = ChannelMoments.of(new SampleShape(samples[0].length, 1, 1), Element.FLOAT32);
        for (float[] sample : samples) {
            ByteBuffer bytes = ByteBuffer.allocate(4 * sample.length).order(ByteOrder.LITTLE_ENDIAN);
            bytes.asFloatBuffer().put(sample);
            moments.add(bytes.array());
        }
        return moments.normalisation();
    }

    /** Against two passes in float64, also where the mean is a million times the spread. */
    @Test
    void findsMeanAndSpreadOfFeaturesFarFromZero() {
        double[] centres = {0, 1e6, -3e-5, 1e20};
        double[] spreads = {1, 1, 1e-7, 1e18};
        float[][] samples = new float[SAMPLES][4];
        Random random = new Random(2);
        for (float[] sample : samples) {
            for (int d = 0; d < 4; d++) {
                sample[d] = (float) (centres[d] + spreads[d] * random.nextGaussian());
            }
        }
        Normalisation found = of(samples);
        for (int d = 0; d < 4; d++) {
            double sum = 0;
            for (float[] sample : samples) {
                sum += sample[d];
            }
            double mean = sum / SAMPLES;
            double squares = 0;
            for (float[] sample : samples) {
                squares += (sample[d] - mean) * (sample[d] - mean);
            }
            double std = Math.sqrt(squares / SAMPLES);
            assertThat((double) found.mean()[d]).isCloseTo(mean, within(Math.abs(mean) * 1e-6));
            assertThat((double) found.std()[d]).isCloseTo(std, within(std * 1e-6));
        }
    }

    @Test
    void dividesAFeatureThatNeverChangesByOne() {
        float[][] samples = new float[SAMPLES][2];
        for (float[] sample : samples) {
            sample[0] = 0.1f;
            sample[1] = Float.MIN_VALUE;
        }
        samples[0][1] = 0;
        Normalisation found = of(samples);
        assertThat(found.std()).containsExactly(1f, 1f);
        assertThat(found.mean()[0]).isEqualTo(0.1f);
    }
}
