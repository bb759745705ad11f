package io.winnow.dynamics;

import static io.winnow.dynamics.StudyFixture.ALL;
import static io.winnow.dynamics.StudyFixture.CNN;
import static io.winnow.dynamics.StudyFixture.GROUPS;
import static io.winnow.dynamics.StudyFixture.NORMALISED;
import static io.winnow.dynamics.StudyFixture.SAMPLES;
import static io.winnow.dynamics.StudyFixture.SILENT;
import static io.winnow.dynamics.StudyFixture.pausingAfter;
import static io.winnow.dynamics.StudyFixture.stoppingAfter;
import static io.winnow.dynamics.StudyFixture.training;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import io.winnow.dynamics.ModeConnectivity.Fork;
import io.winnow.dynamics.ModeConnectivity.Found;
import io.winnow.scoring.Checkpoints;
import io.winnow.scoring.RunListener;
import io.winnow.scoring.Seeds;
import io.winnow.surrogate.EpochSummary;
import io.winnow.surrogate.StopSignal;
import io.winnow.surrogate.Surrogate;
import io.winnow.surrogate.SurrogateEngine;
import io.winnow.surrogate.SurrogateSpec;
import io.winnow.surrogate.TrainingListener;
import io.winnow.surrogate.TrainingPosition;
import io.winnow.surrogate.TrainingStoppedException;
import io.winnow.surrogate.djl.DjlSurrogateEngine;
import io.winnow.testing.MemoryCheckpoints;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModeConnectivityTests {

    private static final int SEED = 5;
    private static final int EPOCHS = 3;
    private static final int ALPHAS = 3;

    private final SurrogateEngine engine = new DjlSurrogateEngine(2);

    @TempDir
    private Path folder;

    private ModeConnectivity study(SurrogateSpec spec, List<Integer> at) {
        return new ModeConnectivity(
                engine, new ModeConnectivity.Settings(spec, "cpu", training(EPOCHS), at, ALPHAS, 100), SAMPLES, GROUPS);
    }

    private Found run(SurrogateSpec spec, RunListener listener, Checkpoints checkpoints) {
        return study(spec, List.of(0, 1)).run(SEED, folder, listener, checkpoints);
    }

    @Test
    void childrenThatShareEveryBatchHaveNoBarrier() {
        long[] same = {77, 77};
        for (Fork fork : study(NORMALISED, List.of(0, 2))
                .run(SEED, same, folder, SILENT, Checkpoints.NONE)
                .forks()) {
            for (int group = 0; group <= ALL; group++) {
                assertThat(LinearPath.barrier(fork.errors()[group])).isZero();
                assertThat(LinearPath.barrier(fork.losses()[group])).isCloseTo(0, within(1e-6));
            }
        }
    }

    @Test
    void pathsEndAtTheChildren() {
        List<Fork> forks = study(NORMALISED, List.of(1, 0))
                .run(SEED, folder, SILENT, Checkpoints.NONE)
                .forks();
        assertThat(forks).extracting(Fork::epoch).containsExactly(0, 1);
        for (Fork fork : forks) {
            GroupErrors first = alone(NORMALISED, fork.epoch(), "child-1");
            GroupErrors second = alone(NORMALISED, fork.epoch(), "child-2");
            for (int group = 0; group <= ALL; group++) {
                double[] errors = fork.errors()[group];
                double[] losses = fork.losses()[group];
                assertThat(errors[0]).isEqualTo(first.errors()[group]);
                assertThat(losses[0]).isEqualTo(first.losses()[group]);
                assertThat(errors[ALPHAS - 1]).isEqualTo(second.errors()[group]);
                assertThat(losses[ALPHAS - 1]).isEqualTo(second.losses()[group]);
                assertThat(losses[0]).isNotEqualTo(losses[ALPHAS - 1]);
                assertThat(LinearPath.barrier(losses)).isNotNegative();
            }
        }
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void withoutRunningStatisticsAChildIsATrainingThatWentOn() {
        Fork fork = study(CNN, List.of(0))
                .run(SEED, folder, SILENT, Checkpoints.NONE)
                .forks()
                .get(0);
        try (Surrogate alone = engine.initialise(CNN, "cpu", SEED)) {
            alone.train(
                    SAMPLES,
                    training(EPOCHS),
                    Seeds.of(SEED, "child-1"),
                    TrainingPosition.START,
                    new TrainingListener() {});
            GroupErrors errors = measure(alone);
            for (int group = 0; group <= ALL; group++) {
                assertThat(fork.losses()[group][0]).isEqualTo(errors.losses()[group]);
                assertThat(fork.errors()[group][0]).isEqualTo(errors.errors()[group]);
            }
        }
    }

    @Test
    void errorsOfGroupsMakeUpThatOfAll() {
        try (Surrogate surrogate = engine.initialise(NORMALISED, "cpu", 3)) {
            GroupErrors errors = measure(surrogate);
            assertThat(errors.errors()[ALL])
                    .isCloseTo(
                            Arrays.stream(errors.errors()).limit(ALL).average().getAsDouble(), within(1e-12));
            assertThat(errors.losses()[ALL])
                    .isCloseTo(
                            Arrays.stream(errors.losses()).limit(ALL).average().getAsDouble(), within(1e-12))
                    .isPositive();
        }
    }

    @Test
    void findsTheSameToTheBitFromEveryState() {
        MemoryCheckpoints kept = new MemoryCheckpoints();
        Found undisturbed = run(NORMALISED, SILENT, kept);
        // Of the fork at 0 two trainings of 3 epochs, of that at 1 one epoch more of the parent and two of 2.
        assertThat(kept.written).hasSize(3 + 3 + 1 + 2 + 2 + 2 * (ALPHAS - 1));
        for (int i = 0; i < kept.written.size(); i++) {
            MemoryCheckpoints rest = new MemoryCheckpoints(kept.written.get(i));
            assertSame(run(NORMALISED, SILENT, rest), undisturbed);
            assertThat(rest.written).as("nothing is done twice").hasSize(kept.written.size() - 1 - i);
        }
    }

    @Test
    void endsThoughItIsBrokenOffAgainAndAgain() {
        Found undisturbed = run(CNN, SILENT, Checkpoints.NONE);
        MemoryCheckpoints kept = new MemoryCheckpoints();
        int breaks = 0;
        while (true) {
            try {
                assertSame(run(CNN, stoppingAfter(20), kept), undisturbed);
                break;
            } catch (TrainingStoppedException e) {
                breaks++;
                byte[] newest = kept.written.get(kept.written.size() - 1);
                kept = new MemoryCheckpoints(newest);
                kept.written.add(newest);
            }
        }
        assertThat(breaks).isGreaterThan(2);
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void goesOnFromTheStepAtWhichItWasToldToStopAndGoOnLater() {
        Found undisturbed = run(CNN, SILENT, Checkpoints.NONE);
        // Less than an epoch at a time: only what is kept within epochs comes to an end.
        MemoryCheckpoints kept = new MemoryCheckpoints();
        for (int breaks = 0; ; breaks++) {
            try {
                assertSame(run(CNN, pausingAfter(4), kept), undisturbed);
                assertThat(breaks).isGreaterThan(10);
                break;
            } catch (TrainingStoppedException e) {
                byte[] newest = kept.written.get(kept.written.size() - 1);
                kept = new MemoryCheckpoints(newest);
                kept.written.add(newest);
            }
        }
    }

    @Test
    void beginsAnewFromAStateThatIsCutShortOrAnotherRuns() {
        MemoryCheckpoints kept = new MemoryCheckpoints();
        Found undisturbed = run(CNN, SILENT, kept);
        byte[] whole = kept.written.get(kept.written.size() - 1);
        byte[] foreign = whole.clone();
        ByteBuffer.wrap(foreign).putLong(Integer.BYTES, SEED + 1);
        for (byte[] bad :
                List.of(new byte[0], Arrays.copyOf(whole, 50), Arrays.copyOf(whole, whole.length / 2), foreign)) {
            MemoryCheckpoints anew = new MemoryCheckpoints(bad);
            assertSame(run(CNN, SILENT, anew), undisturbed);
            assertThat(anew.written).hasSameSizeAs(kept.written);
        }
        MemoryCheckpoints second = new MemoryCheckpoints(foreign, kept.written.get(2));
        assertSame(run(CNN, SILENT, second), undisturbed);
        assertThat(second.written).hasSize(kept.written.size() - 3);
    }

    @Test
    void tellsHowFarItIsUpToTheEnd() {
        double[] last = {0};
        run(
                CNN,
                new RunListener() {
                    @Override
                    public void progress(RunProgress progress) {
                        assertThat(progress.fraction()).isBetween(last[0], 1.0);
                        last[0] = progress.fraction();
                    }
                },
                Checkpoints.NONE);
        assertThat(last[0]).isCloseTo(1, within(1e-9));
    }

    @Test
    void stopsBetweenBatches() {
        assertThatExceptionOfType(TrainingStoppedException.class)
                .isThrownBy(() -> run(CNN, stoppingAfter(0), Checkpoints.NONE));
        assertThat(folder).isEmptyDirectory();
    }

    /** A child by itself, made without the study. */
    private GroupErrors alone(SurrogateSpec spec, int t, String child) {
        try (Surrogate surrogate = engine.initialise(spec, "cpu", SEED)) {
            ByteArrayOutputStream parent = new ByteArrayOutputStream();
            if (t == 0) {
                surrogate.writeState(parent);
            } else {
                surrogate.train(SAMPLES, training(EPOCHS), SEED, TrainingPosition.START, new TrainingListener() {
                    @Override
                    public void afterEpoch(EpochSummary epoch) {
                        if (epoch.epoch() == t) {
                            try {
                                surrogate.writeState(parent);
                            } catch (IOException e) {
                                throw new UncheckedIOException(e);
                            }
                        }
                    }
                });
            }
            surrogate.readState(new ByteArrayInputStream(parent.toByteArray()));
            surrogate.train(
                    SAMPLES,
                    training(EPOCHS),
                    Seeds.of(SEED, child),
                    TrainingPosition.after(t),
                    new TrainingListener() {});
            surrogate.estimateStatistics(SAMPLES, 16, 100, Seeds.of(SEED, "statistics"), StopSignal.NEVER);
            return measure(surrogate);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static GroupErrors measure(Surrogate surrogate) {
        return GroupErrors.measure(surrogate, SAMPLES, GROUPS, new StudyProgress(SILENT, 1), 0);
    }

    private static void assertSame(Found actual, Found expected) {
        assertThat(actual.forks()).usingRecursiveComparison().isEqualTo(expected.forks());
        assertThat(actual.accuracy()).isEqualTo(expected.accuracy());
    }
}
