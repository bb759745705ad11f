package io.winnow.surrogate.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import io.winnow.surrogate.Augmentation;
import io.winnow.surrogate.Direction;
import io.winnow.surrogate.EpochSummary;
import io.winnow.surrogate.ForwardListener;
import io.winnow.surrogate.GradientListener;
import io.winnow.surrogate.GradientScope;
import io.winnow.surrogate.LearningRateSchedule;
import io.winnow.surrogate.ParameterInfo;
import io.winnow.surrogate.SampleShape;
import io.winnow.surrogate.Samples;
import io.winnow.surrogate.StopSignal;
import io.winnow.surrogate.Surrogate;
import io.winnow.surrogate.TrainingBatch;
import io.winnow.surrogate.TrainingListener;
import io.winnow.surrogate.TrainingPosition;
import io.winnow.surrogate.TrainingSpec;
import io.winnow.surrogate.TrainingStoppedException;
import io.winnow.surrogate.UnusableModelException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** TorchScript modules in their process, against what Python's PyTorch found on the same weights. */
class ScriptedSurrogateTests {

    private static final double CLOSE = 1e-4;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"2.7", "1.13"})
    void scoresAsThePyTorchThatWroteTheModule(String version) throws Exception {
        Map<String, double[]> golden = ScriptFixture.numbers("small-" + version + ".txt");
        Samples samples = ScriptFixture.samples();
        try (Surrogate surrogate = ScriptFixture.load(folder, "small-" + version + ".pt", false, 1);
                Direction mean = surrogate.meanGradient(samples, 0, samples.size(), StopSignal.NEVER)) {
            assertClose(el2n(surrogate, samples), golden.get("el2n"), CLOSE);
            List<Double> norms = new ArrayList<>();
            List<Double> dots = new ArrayList<>();
            GradientListener reader = batch -> {
                for (int i = 0; i < batch.size(); i++) {
                    norms.add(Math.sqrt(batch.squaredNorms()[i]));
                    dots.add((double) batch.dots()[i]);
                }
            };
            surrogate.perSampleGradients(samples, 0, samples.size(), GradientScope.ALL, mean, reader);
            assertClose(norms, golden.get("grand"), CLOSE);
            assertClose(dots, golden.get("dots"), CLOSE);
            double squares = 0;
            for (float value : mean.values()) {
                squares += (double) value * value;
            }
            assertClose(List.of(Math.sqrt(squares)), golden.get("mean"), CLOSE);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"2.7", "1.13"})
    void takesTheStepsOfThePyTorchThatWroteTheModule(String version) throws Exception {
        double[] golden = ScriptFixture.numbers("small-" + version + ".txt").get("losses");
        TrainingSpec spec =
                new TrainingSpec(6, 24, 0.05, 0.9, true, 5e-4, new LearningRateSchedule.Constant(), Augmentation.NONE);
        List<Double> losses = new ArrayList<>();
        try (Surrogate surrogate = ScriptFixture.load(folder, "plain-" + version + ".pt", false, 1)) {
            surrogate.train(ScriptFixture.samples(), spec, 3, TrainingPosition.START, new TrainingListener() {
                @Override
                public void afterBatch(TrainingBatch batch) {
                    losses.add(batch.loss());
                }
            });
        }
        assertClose(losses, golden, 1e-3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"2.7", "1.13"})
    void learnsToTellClothes(String version) throws Exception {
        TrainingSpec spec =
                new TrainingSpec(2, 64, 0.05, 0.9, true, 5e-4, new LearningRateSchedule.Cosine(), Augmentation.NONE);
        Samples test = ScriptFixture.fashion("t10k");
        try (Surrogate surrogate = ScriptFixture.load(folder, "small-" + version + ".pt", true, 1)) {
            surrogate.train(ScriptFixture.fashion("train"), spec, 1, TrainingPosition.START, new TrainingListener() {});
            assertThat(accuracy(surrogate, test)).isGreaterThan(0.8);
        }
    }

    @Test
    void goesOnFromAStateBitForBitWithDropout() throws Exception {
        Samples samples = ScriptFixture.samples();
        ByteArrayOutputStream afterTwo = new ByteArrayOutputStream();
        float[] straight;
        try (Surrogate surrogate = ScriptFixture.load(folder, "small-2.7.pt", true, 4)) {
            surrogate.train(samples, spec(3), 4, TrainingPosition.START, new TrainingListener() {
                @Override
                public void afterEpoch(EpochSummary epoch) {
                    if (epoch.epoch() == 2) {
                        write(surrogate, afterTwo);
                    }
                }
            });
            straight = surrogate.weights();
        }
        try (Surrogate surrogate = ScriptFixture.load(folder, "small-2.7.pt", true, 99)) {
            surrogate.readState(new ByteArrayInputStream(afterTwo.toByteArray()));
            surrogate.train(samples, spec(3), 4, TrainingPosition.after(2), new TrainingListener() {});
            assertThat(surrogate.weights()).isEqualTo(straight);
        }
    }

    @Test
    void goesOnFromTheMiddleOfAnEpochBitForBitWithDropout() throws Exception {
        Samples samples = ScriptFixture.samples();
        float[] straight;
        try (Surrogate surrogate = ScriptFixture.load(folder, "small-2.7.pt", true, 4)) {
            surrogate.train(samples, spec(2), 4, TrainingPosition.START, new TrainingListener() {});
            straight = surrogate.weights();
        }
        ByteArrayOutputStream stopped = new ByteArrayOutputStream();
        TrainingPosition[] at = {TrainingPosition.START};
        try (Surrogate surrogate = ScriptFixture.load(folder, "small-2.7.pt", true, 4)) {
            assertThatExceptionOfType(TrainingStoppedException.class)
                    .isThrownBy(() ->
                            surrogate.train(samples, spec(2), 4, TrainingPosition.START, new TrainingListener() {
                                private int steps;

                                @Override
                                public void afterBatch(TrainingBatch batch) {
                                    steps++;
                                }

                                @Override
                                public boolean stopRequested() {
                                    return steps == 1;
                                }

                                @Override
                                public void stoppedAt(TrainingPosition position) {
                                    at[0] = position;
                                    write(surrogate, stopped);
                                }
                            }));
        }
        assertThat(at[0].steps()).isEqualTo(1);
        try (Surrogate surrogate = ScriptFixture.load(folder, "small-2.7.pt", true, 99)) {
            surrogate.readState(new ByteArrayInputStream(stopped.toByteArray()));
            surrogate.train(samples, spec(2), 4, at[0], new TrainingListener() {});
            assertThat(surrogate.weights()).isEqualTo(straight);
        }
    }

    private static void write(Surrogate surrogate, ByteArrayOutputStream target) {
        try {
            surrogate.writeState(target);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void switchesBatchNormalisationAndDropoutBetweenTheModes() throws Exception {
        Samples samples = ScriptFixture.samples();
        List<float[]> trained = new ArrayList<>();
        try (Surrogate surrogate = ScriptFixture.load(folder, "small-2.7.pt", false, 1)) {
            float[] buffers = surrogate.bufferValues();
            float[] before = logits(surrogate, samples);
            assertThat(logits(surrogate, samples)).isEqualTo(before);
            assertThat(surrogate.bufferValues()).isEqualTo(buffers);
            TrainingSpec still =
                    new TrainingSpec(2, 24, 1e-30, 0, false, 0, new LearningRateSchedule.Constant(), Augmentation.NONE);
            surrogate.train(samples, still, 5, TrainingPosition.START, new TrainingListener() {
                @Override
                public void afterBatch(TrainingBatch batch) {
                    float[] ordered = new float[batch.logits().length];
                    for (int i = 0; i < batch.size(); i++) {
                        System.arraycopy(batch.logits(), i * 10, ordered, batch.positions()[i] * 10, 10);
                    }
                    trained.add(ordered);
                }
            });
            assertThat(surrogate.bufferValues())
                    .as("running statistics move in training")
                    .isNotEqualTo(buffers);
            assertThat(trained.get(0)).as("dropout draws anew").isNotEqualTo(trained.get(1));
            assertThat(trained.get(0)).isNotEqualTo(before);
        }
    }

    @Test
    void drawsWeightsFromTheSeedByNameAndShape() throws Exception {
        try (Surrogate surrogate = ScriptFixture.load(folder, "small-2.7.pt", true, 7);
                Surrogate same = ScriptFixture.load(folder, "small-2.7.pt", true, 7);
                Surrogate other = ScriptFixture.load(folder, "small-2.7.pt", true, 8);
                Surrogate kept = ScriptFixture.load(folder, "small-2.7.pt", false, 7)) {
            assertThat(surrogate.weights()).isEqualTo(same.weights()).isNotEqualTo(other.weights());
            assertThat(kept.weights()).isNotEqualTo(surrogate.weights());
            assertThat(surrogate.buffers())
                    .extracting(ParameterInfo::name)
                    .contains("features.1.running_mean", "features.5.running_var", "features.1.num_batches_tracked");
            assertThat(surrogate.parameters())
                    .extracting(ParameterInfo::name)
                    .containsExactly(
                            "features.0.weight",
                            "features.0.bias",
                            "features.1.weight",
                            "features.1.bias",
                            "features.4.weight",
                            "features.4.bias",
                            "features.5.weight",
                            "features.5.bias",
                            "fc.weight",
                            "fc.bias");
            assertThat(variance(surrogate, "fc.weight")).isCloseTo(2.0 / (24 * 49), within(1e-4));
            assertThat(values(surrogate, "features.1.weight")).containsOnly(1);
            assertThat(values(surrogate, "features.1.bias")).containsOnly(0);
            assertThat(values(surrogate, "fc.bias")).containsOnly(0);
            int means = 12 + 24;
            assertThat(surrogate.bufferValues()).hasSize(2 * means + 2).containsOnly(0, 1);
        }
    }

    @Test
    void trainsWhatIsNoConvolution() throws Exception {
        Samples samples = ScriptFixture.samples();
        List<Double> losses = new ArrayList<>();
        try (Surrogate surrogate = ScriptFixture.load(folder, "attention.pt", true, 2)) {
            surrogate.train(samples, spec(30), 2, TrainingPosition.START, new TrainingListener() {
                @Override
                public void afterEpoch(EpochSummary epoch) {
                    losses.add(epoch.loss());
                }
            });
        }
        assertThat(losses.get(29)).isLessThan(losses.get(0) - 0.2);
    }

    @Test
    void saysWhenSamplesDoNotFit() {
        assertThatExceptionOfType(UnusableModelException.class)
                .isThrownBy(() -> ScriptFixture.load(
                        folder, ScriptFixture.file("small-2.7.pt"), new SampleShape(3, 32, 32), 10, false, 1))
                .withMessageContaining("samples of shape [3, 32, 32]")
                .withMessageContaining("expected input");
    }

    @Test
    void saysWhenTheClassesDiffer() {
        assertThatExceptionOfType(UnusableModelException.class)
                .isThrownBy(() -> ScriptFixture.load(
                        folder, ScriptFixture.file("small-2.7.pt"), ScriptFixture.SHAPE, 7, false, 1))
                .withMessage("the module gives 10 logits a sample, but the dataset has 7 classes");
    }

    @Test
    void refusesDropoutThatNoModeSwitchesOff() {
        assertThatExceptionOfType(UnusableModelException.class)
                .isThrownBy(() -> ScriptFixture.load(folder, "always-drops.pt", false, 1))
                .withMessageContaining("frozen in training mode");
    }

    private static TrainingSpec spec(int epochs) {
        return new TrainingSpec(
                epochs, 10, 0.05, 0.9, true, 5e-4, new LearningRateSchedule.Cosine(), Augmentation.CROP_FLIP);
    }

    private static double variance(Surrogate surrogate, String name) {
        double squares = 0;
        float[] values = values(surrogate, name);
        for (float value : values) {
            squares += (double) value * value;
        }
        return squares / values.length;
    }

    private static float[] values(Surrogate surrogate, String name) {
        int offset = 0;
        for (ParameterInfo parameter : surrogate.parameters()) {
            if (parameter.name().equals(name)) {
                return java.util.Arrays.copyOfRange(surrogate.weights(), offset, offset + parameter.size());
            }
            offset += parameter.size();
        }
        throw new AssertionError(name);
    }

    private static float[] logits(Surrogate surrogate, Samples samples) {
        float[] all = new float[samples.size() * 10];
        ForwardListener reader =
                batch -> System.arraycopy(batch.logits(), 0, all, batch.from() * 10, batch.size() * 10);
        surrogate.forward(samples, 0, samples.size(), false, reader);
        return all;
    }

    private static List<Double> el2n(Surrogate surrogate, Samples samples) {
        float[] logits = logits(surrogate, samples);
        List<Double> scores = new ArrayList<>();
        for (int i = 0; i < samples.size(); i++) {
            double sum = 0;
            for (int c = 0; c < 10; c++) {
                sum += Math.exp(logits[i * 10 + c]);
            }
            double squares = 0;
            for (int c = 0; c < 10; c++) {
                double error = Math.exp(logits[i * 10 + c]) / sum - (samples.label(i) == c ? 1 : 0);
                squares += error * error;
            }
            scores.add(Math.sqrt(squares));
        }
        return scores;
    }

    private static double accuracy(Surrogate surrogate, Samples samples) {
        float[] logits = logits(surrogate, samples);
        int right = 0;
        for (int i = 0; i < samples.size(); i++) {
            int best = 0;
            for (int c = 1; c < 10; c++) {
                best = logits[i * 10 + c] > logits[i * 10 + best] ? c : best;
            }
            right += best == samples.label(i) ? 1 : 0;
        }
        return (double) right / samples.size();
    }

    private static void assertClose(List<Double> found, double[] expected, double tolerance) {
        assertThat(found).hasSize(expected.length);
        for (int i = 0; i < expected.length; i++) {
            assertThat(found.get(i))
                    .as("%d", i)
                    .isCloseTo(expected[i], within(tolerance * Math.max(1, Math.abs(expected[i]))));
        }
    }
}
