package io.winnow.surrogate.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.winnow.surrogate.RandomSamples;
import io.winnow.surrogate.SampleShape;
import io.winnow.surrogate.Samples;
import io.winnow.surrogate.SurrogateSpec;
import io.winnow.surrogate.TrainingStoppedException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StatisticsPassTests {

    private static final SampleShape SHAPE = new SampleShape(2, 6, 6);
    private static final Samples SAMPLES = new RandomSamples(17, SHAPE, 3, 4);

    private static DjlSurrogate surrogate() {
        return (DjlSurrogate)
                new DjlSurrogateEngine(2).initialise(new SurrogateSpec("small-cnn", Map.of(), SHAPE, 3), "cpu", 1);
    }

    /** Mean and variance by channel of the first layer's output over one batch, worked out from the outputs themselves. */
    private static double[][] moments(DjlSurrogate surrogate, int[] order, int from, int to) {
        Network network = surrogate.network();
        float[][] seen = new float[1][];
        long[] places = new long[1];
        try (NDManager manager = network.manager().newSubManager();
                InputNormalisation normalisation = new InputNormalisation(manager, SAMPLES);
                BatchStream batches = new BatchStream(
                        SAMPLES, i -> order[from + i], to - from, to - from, PictureLayout.plain(SHAPE))) {
            NDArray input = normalisation.input(manager, batches.next());
            network.apply(network.weights(), input, false, (layer, read, output) -> {
                if (layer.path().equals("conv1")) {
                    places[0] = output.getShape().get(2) * output.getShape().get(3);
                    seen[0] = output.duplicate().reshape(-1).toFloatArray();
                }
                return output;
            });
        }
        int channels = 32;
        int area = (int) places[0];
        int n = (to - from) * area;
        double[][] moments = new double[2][channels];
        for (int c = 0; c < channels; c++) {
            double sum = 0;
            double squares = 0;
            for (int i = 0; i < to - from; i++) {
                for (int p = 0; p < area; p++) {
                    double value = seen[0][(i * channels + c) * area + p];
                    sum += value;
                    squares += value * value;
                }
            }
            moments[0][c] = sum / n;
            moments[1][c] = (squares - sum * sum / n) / (n - 1);
        }
        return moments;
    }

    @Test
    void areTheMeansOverTheBatchesWithoutASingleLastSample() {
        try (DjlSurrogate surrogate = surrogate()) {
            int[] order = Seeds.order(6, 1, SAMPLES.size());
            double[][] first = moments(surrogate, order, 0, 8);
            double[][] second = moments(surrogate, order, 8, 16);
            surrogate.estimateStatistics(SAMPLES, 8, 100, 6, () -> false);
            float[] values = surrogate.bufferValues();
            for (int c = 0; c < 32; c++) {
                assertThat((double) values[c]).isCloseTo((first[0][c] + second[0][c]) / 2, within(1e-4));
                assertThat((double) values[32 + c]).isCloseTo((first[1][c] + second[1][c]) / 2, within(1e-4));
            }
        }
    }

    @Test
    void weighBatchesByTheirSize() {
        try (DjlSurrogate surrogate = surrogate()) {
            int[] order = Seeds.order(6, 1, SAMPLES.size());
            double[][] first = moments(surrogate, order, 0, 12);
            double[][] second = moments(surrogate, order, 12, 17);
            surrogate.estimateStatistics(SAMPLES, 12, 2, 6, () -> false);
            float[] values = surrogate.bufferValues();
            for (int c = 0; c < 32; c++) {
                assertThat((double) values[c]).isCloseTo((12 * first[0][c] + 5 * second[0][c]) / 17, within(1e-4));
            }
        }
    }

    @Test
    void ofFewerBatchesAreOfTheFirst() {
        try (DjlSurrogate surrogate = surrogate()) {
            double[][] first = moments(surrogate, Seeds.order(6, 1, SAMPLES.size()), 0, 8);
            surrogate.estimateStatistics(SAMPLES, 8, 1, 6, () -> false);
            assertThat((double) surrogate.bufferValues()[3]).isCloseTo(first[0][3], within(1e-4));
        }
    }

    @Test
    void stayAsTheyWereWhenStopped() {
        try (DjlSurrogate surrogate = surrogate()) {
            float[] before = surrogate.bufferValues();
            assertThatThrownBy(() -> surrogate.estimateStatistics(SAMPLES, 8, 2, 6, () -> true))
                    .isInstanceOf(TrainingStoppedException.class);
            assertThat(surrogate.bufferValues()).isEqualTo(before);
        }
    }
}
