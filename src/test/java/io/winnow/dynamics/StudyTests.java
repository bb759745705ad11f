package io.winnow.dynamics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.winnow.dynamics.KernelVelocity.Measured;
import io.winnow.dynamics.ModeConnectivity.Fork;
import io.winnow.scoring.Keeps;
import io.winnow.scoring.Seeds;
import io.winnow.surrogate.Augmentation;
import io.winnow.surrogate.EpochSummary;
import io.winnow.surrogate.LearningRateSchedule;
import io.winnow.surrogate.RandomSamples;
import io.winnow.surrogate.SampleShape;
import io.winnow.surrogate.Surrogate;
import io.winnow.surrogate.SurrogateEngine;
import io.winnow.surrogate.SurrogateSpec;
import io.winnow.surrogate.TangentKernel;
import io.winnow.surrogate.TrainingListener;
import io.winnow.surrogate.TrainingSpec;
import io.winnow.surrogate.TrainingStoppedException;
import io.winnow.surrogate.djl.DjlSurrogateEngine;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StudyTests {

    private static final SampleShape SHAPE = new SampleShape(1, 8, 8);
    private static final int CLASSES = 3;
    private static final RandomSamples SAMPLES = new RandomSamples(90, SHAPE, CLASSES, 2);
    private static final SurrogateSpec CNN =
            new SurrogateSpec("plain-cnn", Map.of("channels", List.of(8, 8)), SHAPE, CLASSES);
    private static final SurrogateSpec NORMALISED = new SurrogateSpec("small-cnn", Map.of(), SHAPE, CLASSES);
    private static final SampleGroups GROUPS = SampleGroups.byScore(scores(), Keeps.HIGHEST, 3);

    private final SurrogateEngine engine = new DjlSurrogateEngine(2);

    @TempDir
    private Path folder;

    private static float[] scores() {
        float[] scores = new float[SAMPLES.size()];
        Random random = new Random(9);
        for (int i = 0; i < scores.length; i++) {
            scores[i] = random.nextFloat();
        }
        return scores;
    }

    private static TrainingSpec training(int epochs) {
        return new TrainingSpec(
                epochs, 16, 0.05, 0.9, true, 5e-4, new LearningRateSchedule.Cosine(), Augmentation.CROP_FLIP);
    }

    private ModeConnectivity connectivity(SurrogateSpec spec, List<Integer> parentEpochs) {
        return new ModeConnectivity(
                engine,
                new ModeConnectivity.Settings(spec, "cpu", training(3), parentEpochs, 5, 100),
                SAMPLES,
                GROUPS,
                () -> false);
    }

    @Test
    void childrenThatShareEveryBatchHaveNoBarrier() {
        long child = 77;
        for (Fork fork : connectivity(NORMALISED, List.of(0, 2)).run(5, new long[] {child, child}, folder)) {
            for (int group = SampleGroups.NONE; group < 3; group++) {
                assertThat(fork.path().errorBarrier(group)).isZero();
                assertThat(fork.path().lossBarrier(group)).isCloseTo(0, within(1e-6));
            }
        }
    }

    @Test
    void pathsEndAtTheChildren() {
        List<Fork> forks = connectivity(NORMALISED, List.of(1, 0)).run(5, folder);
        assertThat(forks).extracting(Fork::parentEpoch).containsExactly(0, 1);
        for (Fork fork : forks) {
            assertThat(fork.path().points().get(0))
                    .usingRecursiveComparison()
                    .isEqualTo(fork.children().get(0));
            assertThat(fork.path().points().get(4))
                    .usingRecursiveComparison()
                    .isEqualTo(fork.children().get(1));
            assertThat(fork.children().get(0).loss())
                    .isNotEqualTo(fork.children().get(1).loss());
            assertThat(fork.path().errorBarrier(SampleGroups.NONE)).isNotNegative();
        }
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void withoutRunningStatisticsAChildIsATrainingThatWentOn() {
        Fork fork = connectivity(CNN, List.of(0)).run(5, folder).get(0);
        try (Surrogate alone = engine.initialise(CNN, "cpu", 5)) {
            alone.train(SAMPLES, training(3), Seeds.of(5, "child-1"), 0, new TrainingListener() {});
            assertThat(GroupErrors.measure(alone, SAMPLES, GROUPS, () -> false))
                    .usingRecursiveComparison()
                    .isEqualTo(fork.children().get(0));
        }
    }

    @Test
    void errorsOfGroupsMakeUpThatOfAll() {
        try (Surrogate surrogate = engine.initialise(NORMALISED, "cpu", 3)) {
            GroupErrors errors = GroupErrors.measure(surrogate, SAMPLES, GROUPS, () -> false);
            double error = 0;
            double loss = 0;
            for (int group = 0; group < 3; group++) {
                error += errors.errors()[group] / 3;
                loss += errors.losses()[group] / 3;
            }
            assertThat(errors.error()).isCloseTo(error, within(1e-12));
            assertThat(errors.loss()).isCloseTo(loss, within(1e-12)).isPositive();
        }
    }

    @Test
    void velocityIsThatOfTheTrainingsOwnKernels() {
        int m = 4;
        KernelVelocity study = new KernelVelocity(
                engine,
                new KernelVelocity.Settings(CNN, "cpu", training(3), List.of(2, 0), m, 8),
                SAMPLES,
                GROUPS,
                () -> false);
        List<Measured> measured = study.run(5);
        assertThat(measured).extracting(Measured::epoch).containsExactly(0, 0, 0, 0, 2, 2, 2, 2);
        assertThat(measured.subList(4, 8)).extracting(Measured::group).containsExactly("1", "2", "3", "random");
        assertThat(measured).allMatch(one -> one.velocity() > 0 && one.velocity() < 1);

        int[] positions = SampleGroups.draw(GROUPS.members(1), m, Seeds.of(8, "kernel-2"));
        List<TangentKernel> kernels = new ArrayList<>();
        try (Surrogate surrogate = engine.initialise(CNN, "cpu", 5)) {
            surrogate.train(SAMPLES, training(3), 5, 0, new TrainingListener() {
                @Override
                public void afterEpoch(EpochSummary epoch) {
                    kernels.add(surrogate.tangentKernel(SAMPLES, positions, () -> false));
                }
            });
        }
        assertThat(measured.get(5).velocity()).isEqualTo(KernelMotion.velocity(kernels.get(1), kernels.get(2)));
        assertThat(measured.get(5).spectrum().trace())
                .isEqualTo(KernelSpectrum.of(kernels.get(1)).trace());
    }

    @Test
    void stopsBetweenBatches() {
        ModeConnectivity study = new ModeConnectivity(
                engine,
                new ModeConnectivity.Settings(CNN, "cpu", training(3), List.of(1), 3, 1),
                SAMPLES,
                GROUPS,
                () -> true);
        assertThatThrownBy(() -> study.run(1, folder)).isInstanceOf(TrainingStoppedException.class);
    }
}
