package io.winnow.surrogate.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.winnow.surrogate.Augmentation;
import io.winnow.surrogate.Direction;
import io.winnow.surrogate.GradientBatch;
import io.winnow.surrogate.GradientListener;
import io.winnow.surrogate.GradientScope;
import io.winnow.surrogate.LearningRateSchedule;
import io.winnow.surrogate.RandomSamples;
import io.winnow.surrogate.SampleShape;
import io.winnow.surrogate.Surrogate;
import io.winnow.surrogate.SurrogateSpec;
import io.winnow.surrogate.TrainingListener;
import io.winnow.surrogate.TrainingPosition;
import io.winnow.surrogate.TrainingSpec;
import io.winnow.surrogate.TrainingStoppedException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PerSampleGradientsTests {

    private static final int CLASSES = 5;
    private static final int SAMPLES = 23;
    private static final SampleShape SHAPE = new SampleShape(3, 16, 16);

    /** Small enough for micro-batches of a few samples and slices of one. */
    private static final long TIGHT = 2_000_000;

    private static final long AMPLE = 1L << 30;

    /**
     * Drawn so that none lies at a kink, where the rounding of a batch and of a single sample put a unit on either side of zero, and
     * the gradients of both are right: one in some hundred does, another one on each kind of processor.
     */
    private final RandomSamples samples = new RandomSamples(SAMPLES, SHAPE, CLASSES, 10);

    static List<Arguments> networks() {
        return List.of(
                Arguments.of("mlp", Map.of("hidden", List.of(20))),
                Arguments.of("small-cnn", Map.of()),
                Arguments.of("plain-cnn", Map.of("channels", List.of(8, 16, 24))),
                Arguments.of("resnet18", Map.of("width", 8)),
                Arguments.of("resnet50", Map.of("width", 4)),
                Arguments.of("resnet9", Map.of("width", 8)),
                Arguments.of("wide-resnet-28-10", Map.of("depth", 10, "width", 1)),
                Arguments.of("vgg16-bn", Map.of("width", 4)),
                Arguments.of("mobilenet-v2", Map.of("width", 0.25)),
                Arguments.of("vit-tiny", Map.of("dim", 24, "depth", 2)),
                Arguments.of("vit-tiny", Map.of("dim", 24, "depth", 2, "patch", 2, "pooling", "mean")));
    }

    private DjlSurrogate trained(String architecture, Map<String, Object> options, long maxBytes) {
        SurrogateSpec spec = new SurrogateSpec(architecture, options, SHAPE, CLASSES);
        DjlSurrogate surrogate = (DjlSurrogate) new DjlSurrogateEngine(2, maxBytes).initialise(spec, "cpu", 4);
        TrainingSpec training =
                new TrainingSpec(2, 8, 0.002, 0.9, false, 5e-4, new LearningRateSchedule.Constant(), Augmentation.NONE);
        surrogate.train(samples, training, 1, TrainingPosition.START, new TrainingListener() {});
        return surrogate;
    }

    /** What a pass hands out, batch by batch, put together. */
    private static final class Collected implements GradientListener {
        private final List<Integer> sizes = new ArrayList<>();
        private final double[] squaredNorms = new double[SAMPLES];
        private final double[] dots = new double[SAMPLES];
        private final float[] logits = new float[SAMPLES * CLASSES];
        private boolean dotted;

        @Override
        public void batch(GradientBatch batch) {
            sizes.add(batch.size());
            for (int i = 0; i < batch.size(); i++) {
                squaredNorms[batch.from() + i] = batch.squaredNorms()[i];
                if (batch.dots() != null) {
                    dotted = true;
                    dots[batch.from() + i] = batch.dots()[i];
                }
            }
            System.arraycopy(batch.logits(), 0, logits, batch.from() * CLASSES, batch.size() * CLASSES);
        }
    }

    private Collected gradients(Surrogate surrogate, GradientScope scope, Direction direction) {
        Collected collected = new Collected();
        surrogate.perSampleGradients(samples, 0, SAMPLES, scope, direction, collected);
        return collected;
    }

    private List<float[]> oneByOne(DjlSurrogate surrogate) {
        float[] pictures = new float[SAMPLES * SHAPE.size()];
        int[] labels = new int[SAMPLES];
        byte[] bytes = new byte[SHAPE.size()];
        for (int i = 0; i < SAMPLES; i++) {
            samples.copyTo(i, ByteBuffer.wrap(bytes));
            labels[i] = samples.label(i);
            for (int j = 0; j < bytes.length; j++) {
                int c = j / (SHAPE.height() * SHAPE.width());
                pictures[i * bytes.length + j] =
                        ((bytes[j] & 0xff) / 255f - samples.normalisation().mean()[c])
                                / samples.normalisation().std()[c];
            }
        }
        return NativeEngine.exclusively(
                () -> SingleSampleGradients.of(surrogate.network(), pictures, new Shape(3, 16, 16), labels));
    }

    @ParameterizedTest
    @MethodSource("networks")
    void equalSingleSampleGradientsOnTrainedWeights(String architecture, Map<String, Object> options) {
        for (long maxBytes : new long[] {AMPLE, TIGHT}) {
            try (DjlSurrogate surrogate = trained(architecture, options, maxBytes);
                    Direction direction = surrogate.meanGradient(samples, 0, SAMPLES, () -> false)) {
                List<float[]> expected = oneByOne(surrogate);

                Collected collected = gradients(surrogate, GradientScope.ALL, direction);

                float[] v = ((GradientDirection) direction).stored().toFloatArray();
                double length = Math.sqrt(SingleSampleGradients.dot(v, v));
                for (int i = 0; i < SAMPLES; i++) {
                    double squared = SingleSampleGradients.dot(expected.get(i), expected.get(i));
                    double dot = SingleSampleGradients.dot(expected.get(i), v);
                    assertThat(collected.squaredNorms[i]).isCloseTo(squared, within(1e-4 * squared));
                    assertThat(collected.dots[i])
                            .isCloseTo(dot, within(1e-4 * Math.abs(dot) + 1e-6 * Math.sqrt(squared) * length));
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("networks")
    void makeAMeanOfTheSingleSampleGradients(String architecture, Map<String, Object> options) {
        try (DjlSurrogate surrogate = trained(architecture, options, TIGHT);
                Direction mean = surrogate.meanGradient(samples, 2, SAMPLES, () -> false)) {
            List<float[]> gradients = oneByOne(surrogate).subList(2, SAMPLES);
            double[] expected = new double[surrogate.network().layout().parameterCount()];
            gradients.forEach(g -> {
                for (int j = 0; j < g.length; j++) {
                    expected[j] += (double) g[j] / gradients.size();
                }
            });

            float[] actual = ((GradientDirection) mean).stored().toFloatArray();

            double error = 0;
            double length = 0;
            for (int j = 0; j < expected.length; j++) {
                error += Math.pow(actual[j] - expected[j], 2);
                length += Math.pow(expected[j], 2);
            }
            assertThat(Math.sqrt(error / length)).isLessThan(1e-5);
        }
    }

    @Test
    void giveTheDirectionInTheOrderOfTheWeights() {
        try (DjlSurrogate surrogate = trained("small-cnn", Map.of(), AMPLE);
                Direction mean = surrogate.meanGradient(samples, 0, SAMPLES, () -> false)) {
            float[] weights = surrogate.weights();
            float[] values = mean.values();
            double before = loss(surrogate);
            for (int i = 0; i < weights.length; i++) {
                weights[i] -= 1e-3f * values[i];
            }
            surrogate.weights(weights);

            double expected = -1e-3 * SingleSampleGradients.dot(values, values);
            assertThat(loss(surrogate) - before).isCloseTo(expected, within(0.1 * Math.abs(expected)));
        }
    }

    private double loss(DjlSurrogate surrogate) {
        float[] logits = gradients(surrogate, GradientScope.LAST_LAYER, null).logits;
        double total = 0;
        for (int i = 0; i < SAMPLES; i++) {
            double sum = 0;
            for (int c = 0; c < CLASSES; c++) {
                sum += Math.exp(logits[i * CLASSES + c]);
            }
            total += Math.log(sum) - logits[i * CLASSES + samples.label(i)];
        }
        return total / SAMPLES;
    }

    @ParameterizedTest
    @MethodSource("networks")
    void coverTheLastLayerAloneWhereAsked(String architecture, Map<String, Object> options) {
        try (DjlSurrogate surrogate = trained(architecture, options, AMPLE);
                Direction direction = surrogate.meanGradient(samples, 0, SAMPLES, () -> false)) {
            int last = CLASSES * surrogate.network().lastLayer().in() + CLASSES;
            float[] v = ((GradientDirection) direction).stored().toFloatArray();
            List<float[]> expected = oneByOne(surrogate);

            Collected collected = gradients(surrogate, GradientScope.LAST_LAYER, direction);

            for (int i = 0; i < SAMPLES; i++) {
                float[] all = expected.get(i);
                float[] part = java.util.Arrays.copyOfRange(all, all.length - last, all.length);
                float[] partOfV = java.util.Arrays.copyOfRange(v, all.length - last, all.length);
                double squared = SingleSampleGradients.dot(part, part);
                assertThat(collected.squaredNorms[i]).isCloseTo(squared, within(1e-4 * squared));
                double dot = SingleSampleGradients.dot(part, partOfV);
                assertThat(collected.dots[i]).isCloseTo(dot, within(1e-4 * Math.abs(dot) + 1e-7));
            }
        }
    }

    @Test
    void comeInMicroBatchesThatTheMemoryAllows() {
        try (DjlSurrogate ample = trained("plain-cnn", Map.of("channels", List.of(8, 16)), AMPLE);
                DjlSurrogate tight = trained("plain-cnn", Map.of("channels", List.of(8, 16)), 400_000)) {
            assertThat(gradients(ample, GradientScope.ALL, null).sizes).containsExactly(SAMPLES);
            assertThat(gradients(tight, GradientScope.ALL, null).sizes)
                    .hasSizeGreaterThan(2)
                    .allMatch(size -> size < SAMPLES);
        }
    }

    @Test
    void comeWithTheLogitsOfAForwardPass() {
        try (DjlSurrogate surrogate = trained("small-cnn", Map.of(), TIGHT)) {
            float[] expected = new float[SAMPLES * CLASSES];
            surrogate.forward(
                    samples,
                    0,
                    SAMPLES,
                    false,
                    batch -> System.arraycopy(
                            batch.logits(), 0, expected, batch.from() * CLASSES, batch.size() * CLASSES));

            Collected collected = gradients(surrogate, GradientScope.ALL, null);

            assertThat(collected.logits).containsExactly(expected, within(1e-4f));
            assertThat(collected.dotted).isFalse();
        }
    }

    @Test
    void areTheSameBitsTheSecondTime() {
        try (DjlSurrogate surrogate = trained("resnet18", Map.of("width", 8), TIGHT);
                Direction direction = surrogate.meanGradient(samples, 0, SAMPLES, () -> false);
                Direction again = surrogate.meanGradient(samples, 0, SAMPLES, () -> false)) {
            Collected first = gradients(surrogate, GradientScope.ALL, direction);
            Collected second = gradients(surrogate, GradientScope.ALL, again);

            assertThat(second.squaredNorms).isEqualTo(first.squaredNorms);
            assertThat(second.dots).isEqualTo(first.dots);
        }
    }

    @Test
    void leaveTheSurrogateAsItWas() {
        try (DjlSurrogate surrogate = trained("small-cnn", Map.of(), AMPLE)) {
            float[] weights = surrogate.weights();
            float[] buffers = surrogate.bufferValues();

            surrogate.meanGradient(samples, 0, SAMPLES, () -> false).close();
            gradients(surrogate, GradientScope.ALL, null);

            assertThat(surrogate.weights()).isEqualTo(weights);
            assertThat(surrogate.bufferValues()).isEqualTo(buffers);
        }
    }

    @Test
    void leaveNoNativeArraysBehind() {
        try (DjlSurrogate surrogate = trained("resnet18", Map.of("width", 8), TIGHT)) {
            NDManager manager = surrogate.network().manager();
            int arrays = manager.getManagedArrays().size();

            for (int pass = 0; pass < 3; pass++) {
                try (Direction direction = surrogate.meanGradient(samples, 0, SAMPLES, () -> false)) {
                    gradients(surrogate, GradientScope.ALL, direction);
                    gradients(surrogate, GradientScope.LAST_LAYER, direction);
                }
            }

            assertThat(manager.getManagedArrays()).hasSize(arrays);
        }
    }

    @Test
    void stopWhenTold() {
        try (DjlSurrogate surrogate = trained("mlp", Map.of("hidden", List.of(20)), AMPLE)) {
            GradientListener stopping = new GradientListener() {
                @Override
                public void batch(GradientBatch batch) {
                    throw new AssertionError("a batch came after the stop");
                }

                @Override
                public boolean stopRequested() {
                    return true;
                }
            };
            assertThatThrownBy(
                            () -> surrogate.perSampleGradients(samples, 0, SAMPLES, GradientScope.ALL, null, stopping))
                    .isInstanceOf(TrainingStoppedException.class);
            assertThatThrownBy(() -> surrogate.meanGradient(samples, 0, SAMPLES, () -> true))
                    .isInstanceOf(TrainingStoppedException.class);
        }
    }
}
