package io.winnow.surrogate.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.winnow.surrogate.Augmentation;
import io.winnow.surrogate.EpochSummary;
import io.winnow.surrogate.LearningRateSchedule;
import io.winnow.surrogate.RandomSamples;
import io.winnow.surrogate.SampleShape;
import io.winnow.surrogate.Samples;
import io.winnow.surrogate.Surrogate;
import io.winnow.surrogate.SurrogateEngine;
import io.winnow.surrogate.SurrogateSpec;
import io.winnow.surrogate.TrainingBatch;
import io.winnow.surrogate.TrainingDivergedException;
import io.winnow.surrogate.TrainingListener;
import io.winnow.surrogate.TrainingPosition;
import io.winnow.surrogate.TrainingSpec;
import io.winnow.surrogate.TrainingStoppedException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrainingTests {

    private static final SurrogateEngine ENGINE = new DjlSurrogateEngine(0);

    private final SampleShape shape = new SampleShape(3, 8, 8);
    private final Samples samples = new RandomSamples(64, shape, 10, 1);

    private Surrogate surrogate(String architecture, Map<String, Object> options, long seed) {
        return ENGINE.initialise(new SurrogateSpec(architecture, options, shape, 10), "cpu", seed);
    }

    private static TrainingSpec spec(int epochs, int batchSize, double learningRate) {
        return new TrainingSpec(
                epochs,
                batchSize,
                learningRate,
                0.9,
                true,
                5e-4,
                new LearningRateSchedule.Constant(),
                Augmentation.CROP_FLIP);
    }

    private static TrainingSpec plain(int epochs, int batchSize, double learningRate) {
        return new TrainingSpec(
                epochs, batchSize, learningRate, 0.9, false, 0, new LearningRateSchedule.Constant(), Augmentation.NONE);
    }

    /** Keeps what a training tells. */
    private static final class Diary implements TrainingListener {
        private final List<EpochSummary> epochs = new ArrayList<>();
        private final List<Integer> positions = new ArrayList<>();
        private final List<Long> steps = new ArrayList<>();
        private int stopAfter = -1;
        private TrainingPosition stoppedAt = TrainingPosition.START;

        @Override
        public boolean stopRequested() {
            return steps.size() == stopAfter;
        }

        @Override
        public void stoppedAt(TrainingPosition at) {
            stoppedAt = at;
        }

        @Override
        public void afterBatch(TrainingBatch batch) {
            steps.add(batch.step());
            for (int i = 0; i < batch.size(); i++) {
                positions.add(batch.positions()[i]);
            }
        }

        @Override
        public void afterEpoch(EpochSummary epoch) {
            epochs.add(epoch);
        }
    }

    private static Map<String, Object> small(String architecture) {
        return switch (architecture) {
            case "plain-cnn" -> Map.of("channels", List.of(16, 32, 64));
            case "wide-resnet-28-10" -> Map.of("depth", 10, "width", 1);
            case "mobilenet-v2" -> Map.of("width", 0.25);
            case "vit-tiny" -> Map.of("patch", 2, "dim", 32, "depth", 2, "heads", 4);
            default -> Map.of("width", 8);
        };
    }

    @ParameterizedTest
    @CsvSource({
        "mlp, 16, 0.05, 30",
        "small-cnn, 16, 0.05, 30",
        "plain-cnn, 16, 0.02, 120",
        "resnet18, 32, 0.05, 40",
        "resnet50, 64, 0.05, 80",
        "resnet9, 32, 0.2, 100",
        "wide-resnet-28-10, 32, 0.05, 40",
        "vgg16-bn, 32, 0.05, 100",
        "mobilenet-v2, 32, 0.02, 60",
        "vit-tiny, 16, 0.01, 60"
    })
    void everyNetworkLearns64RandomSamplesByHeart(String architecture, int batchSize, double learningRate, int epochs) {
        Map<String, Object> options = small(architecture);
        try (Surrogate surrogate = surrogate(architecture, options, 3)) {
            Diary diary = new Diary();

            TrainingSpec spec = new TrainingSpec(
                    epochs,
                    batchSize,
                    learningRate,
                    0.9,
                    false,
                    0,
                    new LearningRateSchedule.Cosine(),
                    Augmentation.NONE);

            surrogate.train(samples, spec, 5, TrainingPosition.START, diary);

            assertThat(diary.epochs).hasSize(epochs);
            assertThat(diary.epochs.get(epochs - 1).accuracy())
                    .as("at most one of 64 missed")
                    .isGreaterThanOrEqualTo(0.98);
        }
    }

    @ParameterizedTest
    @CsvSource({"mlp", "small-cnn", "resnet18", "resnet9", "wide-resnet-28-10", "vgg16-bn", "mobilenet-v2", "vit-tiny"})
    void theSameSeedGivesTheSameBitsAndAnotherDoesNot(String architecture) {
        float[] once = trained(architecture, 11);
        float[] twice = trained(architecture, 11);
        float[] other = trained(architecture, 12);

        assertThat(twice).isEqualTo(once);
        assertThat(other).isNotEqualTo(once);
    }

    private float[] trained(String architecture, long seed) {
        try (Surrogate surrogate = surrogate(architecture, small(architecture), 3)) {
            surrogate.train(samples, spec(2, 16, 0.05), seed, TrainingPosition.START, new TrainingListener() {});
            return surrogate.weights();
        }
    }

    @Test
    void aTrainingResumedAtAnyEpochEndsInTheSameBits() throws IOException {
        int epochs = 3;
        TrainingSpec spec = spec(epochs, 24, 0.05);
        List<byte[]> checkpoints = new ArrayList<>();
        byte[] uninterrupted;
        try (Surrogate surrogate = surrogate("small-cnn", Map.of(), 3)) {
            surrogate.train(samples, spec, 9, TrainingPosition.START, new TrainingListener() {
                @Override
                public void afterEpoch(EpochSummary epoch) {
                    checkpoints.add(state(surrogate));
                }
            });
            uninterrupted = state(surrogate);
        }
        for (int done = 1; done < epochs; done++) {
            try (Surrogate resumed = surrogate("small-cnn", Map.of(), 99)) {
                resumed.readState(new ByteArrayInputStream(checkpoints.get(done - 1)));
                resumed.train(samples, spec, 9, TrainingPosition.after(done), new TrainingListener() {});
                assertThat(state(resumed)).isEqualTo(uninterrupted);
            }
        }
    }

    @Test
    void aTrainingStoppedAtAnyStepGoesOnFromThereToTheSameBits() {
        TrainingSpec spec = spec(3, 24, 0.05);
        Diary whole = new Diary();
        byte[] uninterrupted;
        try (Surrogate surrogate = surrogate("small-cnn", Map.of(), 3)) {
            surrogate.train(samples, spec, 9, TrainingPosition.START, whole);
            uninterrupted = state(surrogate);
        }
        for (int stop = 0; stop < spec.totalSteps(samples.size()); stop++) {
            Diary both = new Diary();
            both.stopAfter = stop;
            byte[] stopped;
            try (Surrogate surrogate = surrogate("small-cnn", Map.of(), 3)) {
                assertThatExceptionOfType(TrainingStoppedException.class)
                        .isThrownBy(() -> surrogate.train(samples, spec, 9, TrainingPosition.START, both));
                stopped = state(surrogate);
            }
            both.stopAfter = -1;
            try (Surrogate resumed = surrogate("small-cnn", Map.of(), 99)) {
                resumed.readState(new ByteArrayInputStream(stopped));
                resumed.train(samples, spec, 9, both.stoppedAt, both);
                assertThat(state(resumed)).as("stopped after %d steps", stop).isEqualTo(uninterrupted);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            assertThat(both.positions)
                    .as("each sample as often as without the stop")
                    .isEqualTo(whole.positions);
            for (int epoch = 0; epoch < 3; epoch++) {
                assertThat(both.epochs.get(epoch).loss())
                        .isEqualTo(whole.epochs.get(epoch).loss());
                assertThat(both.epochs.get(epoch).accuracy())
                        .isEqualTo(whole.epochs.get(epoch).accuracy());
            }
        }
    }

    private static byte[] state(Surrogate surrogate) {
        try {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            surrogate.writeState(out);
            return out.toByteArray();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void refusesTheStateOfAnotherNetwork() {
        try (Surrogate one = surrogate("small-cnn", Map.of(), 3);
                Surrogate other = surrogate("mlp", Map.of(), 3)) {
            byte[] state = state(one);

            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> other.readState(new ByteArrayInputStream(state)))
                    .withMessageContaining("small-cnn");
        }
    }

    @Test
    void visitsEverySampleOnceAnEpochInAnOrderOfItsOwn() {
        try (Surrogate surrogate = surrogate("mlp", Map.of(), 3)) {
            Diary diary = new Diary();

            surrogate.train(samples, spec(2, 24, 0.01), 5, TrainingPosition.START, diary);

            assertThat(diary.steps).containsExactly(0L, 1L, 2L, 3L, 4L, 5L);
            List<Integer> first = diary.positions.subList(0, 64);
            List<Integer> second = diary.positions.subList(64, 128);
            assertThat(new TreeSet<>(first)).hasSize(64);
            assertThat(new TreeSet<>(second)).hasSize(64);
            assertThat(second).isNotEqualTo(first);
        }
    }

    @Test
    void failsAtOnceWhenTheLossIsNotFinite() {
        try (Surrogate surrogate = surrogate("plain-cnn", Map.of("channels", List.of(8, 8)), 3)) {
            assertThatExceptionOfType(TrainingDivergedException.class)
                    .isThrownBy(() -> surrogate.train(
                            samples, plain(5, 16, 1e6), 5, TrainingPosition.START, new TrainingListener() {}))
                    .satisfies(e -> {
                        assertThat(e.epoch()).isEqualTo(1);
                        assertThat(e.learningRate()).isEqualTo(1e6);
                    })
                    .withMessageContaining("lower learning rate");
        }
    }

    @Test
    void failsWhenTheVeryLastStepBreaksTheWeights() {
        try (Surrogate surrogate = surrogate("mlp", Map.of(), 3)) {
            assertThatExceptionOfType(TrainingDivergedException.class)
                    .isThrownBy(() -> surrogate.train(
                            samples,
                            plain(1, 64, Double.MAX_VALUE),
                            5,
                            TrainingPosition.START,
                            new TrainingListener() {}))
                    .satisfies(e -> assertThat(e.step()).isZero());
        }
    }

    @Test
    void stopsBetweenTwoBatchesWhenAskedTo() {
        try (Surrogate surrogate = surrogate("mlp", Map.of(), 3)) {
            List<Long> steps = new ArrayList<>();
            TrainingListener listener = new TrainingListener() {
                @Override
                public void afterBatch(TrainingBatch batch) {
                    steps.add(batch.step());
                }

                @Override
                public boolean stopRequested() {
                    return steps.size() == 2;
                }
            };

            assertThatExceptionOfType(TrainingStoppedException.class)
                    .isThrownBy(() -> surrogate.train(samples, spec(3, 16, 0.01), 5, TrainingPosition.START, listener));
            assertThat(steps).containsExactly(0L, 1L);
        }
    }

    @Test
    void leavesASingleLastSampleOutWhereBatchesAreNormalised() {
        Samples odd = new RandomSamples(33, shape, 10, 1);
        Diary cnn = new Diary();
        Diary mlp = new Diary();
        try (Surrogate normalised = surrogate("small-cnn", Map.of(), 3);
                Surrogate plain = surrogate("mlp", Map.of(), 3)) {
            normalised.train(odd, spec(1, 16, 0.01), 5, TrainingPosition.START, cnn);
            plain.train(odd, spec(1, 16, 0.01), 5, TrainingPosition.START, mlp);
        }

        assertThat(cnn.positions).hasSize(32);
        assertThat(cnn.epochs.get(0).samples()).isEqualTo(32);
        assertThat(mlp.positions).hasSize(33);
    }

    @Test
    void aSampleOfWeightZeroTeachesNothing() {
        RandomSamples changed = new RandomSamples(64, shape, 10, 1).withWeight(7, 0);
        RandomSamples relabelled = new RandomSamples(64, shape, 10, 1)
                .with(7, new byte[shape.size()], 3)
                .withWeight(7, 0);

        assertThat(weightsAfter(relabelled)).isEqualTo(weightsAfter(changed));
        assertThat(weightsAfter(samples)).isNotEqualTo(weightsAfter(changed));
    }

    private float[] weightsAfter(Samples samples) {
        try (Surrogate surrogate = surrogate("mlp", Map.of("hidden", List.of(16)), 3)) {
            surrogate.train(samples, plain(2, 16, 0.05), 5, TrainingPosition.START, new TrainingListener() {});
            return surrogate.weights();
        }
    }
}
