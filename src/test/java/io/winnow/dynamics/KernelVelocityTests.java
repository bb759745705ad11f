package io.winnow.dynamics;

import static io.winnow.dynamics.StudyFixture.CNN;
import static io.winnow.dynamics.StudyFixture.GROUPS;
import static io.winnow.dynamics.StudyFixture.SAMPLES;
import static io.winnow.dynamics.StudyFixture.SILENT;
import static io.winnow.dynamics.StudyFixture.pausingAfter;
import static io.winnow.dynamics.StudyFixture.stoppingAfter;
import static io.winnow.dynamics.StudyFixture.training;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.winnow.dynamics.KernelVelocity.Found;
import io.winnow.dynamics.KernelVelocity.Measured;
import io.winnow.scoring.Checkpoints;
import io.winnow.scoring.RunListener;
import io.winnow.scoring.Seeds;
import io.winnow.surrogate.EpochSummary;
import io.winnow.surrogate.StopSignal;
import io.winnow.surrogate.Surrogate;
import io.winnow.surrogate.SurrogateEngine;
import io.winnow.surrogate.TangentKernel;
import io.winnow.surrogate.TrainingListener;
import io.winnow.surrogate.TrainingPosition;
import io.winnow.surrogate.TrainingStoppedException;
import io.winnow.surrogate.djl.DjlSurrogateEngine;
import io.winnow.testing.MemoryCheckpoints;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class KernelVelocityTests {

    private static final int SEED = 5;
    private static final int EPOCHS = 4;
    private static final int M = 4;

    private final SurrogateEngine engine = new DjlSurrogateEngine(2);

    private Found run(List<Integer> at, RunListener listener, Checkpoints checkpoints) {
        return new KernelVelocity(
                        engine, new KernelVelocity.Settings(CNN, "cpu", training(EPOCHS), at, M, 8), SAMPLES, GROUPS)
                .run(SEED, listener, checkpoints);
    }

    @Test
    void velocityIsThatOfTheTrainingsOwnKernels() {
        Found found = run(List.of(2, 0), SILENT, Checkpoints.NONE);
        List<Measured> measured = found.measured();
        assertThat(measured).extracting(Measured::epoch).containsExactly(0, 0, 0, 0, 2, 2, 2, 2);
        assertThat(measured).extracting(Measured::group).containsExactly(0, 1, 2, 3, 0, 1, 2, 3);
        assertThat(measured).allMatch(one -> one.velocity() > 0 && one.velocity() < 1);
        assertThat(found.epochs()).as("no more than is needed").isEqualTo(3);

        int[] positions = SampleGroups.draw(GROUPS.groups().get(1).members(), M, Seeds.of(8, "kernel-2"));
        List<TangentKernel> kernels = new ArrayList<>();
        try (Surrogate surrogate = engine.initialise(CNN, "cpu", SEED)) {
            surrogate.train(SAMPLES, training(EPOCHS), SEED, TrainingPosition.START, new TrainingListener() {
                @Override
                public void afterEpoch(EpochSummary epoch) {
                    kernels.add(surrogate.tangentKernel(SAMPLES, positions, StopSignal.NEVER));
                }
            });
        }
        assertThat(measured.get(5).velocity()).isEqualTo(KernelMotion.velocity(kernels.get(1), kernels.get(2)));
        assertThat(measured.get(5).spectrum()).usingRecursiveComparison().isEqualTo(KernelSpectrum.of(kernels.get(1)));
    }

    @Test
    void findsTheSameToTheBitFromEveryState() {
        for (List<Integer> at : List.of(List.of(0, 1, 3), List.of(2))) {
            MemoryCheckpoints kept = new MemoryCheckpoints();
            Found undisturbed = run(at, SILENT, kept);
            assertThat(kept.written).hasSize(undisturbed.epochs() - 1);
            for (byte[] state : kept.written) {
                assertSame(run(at, SILENT, new MemoryCheckpoints(state)), undisturbed);
            }
        }
    }

    @Test
    void endsThoughItIsBrokenOffAgainAndAgain() {
        List<Integer> at = List.of(0, 1, 3);
        int[] asked = {0};
        Found undisturbed = run(
                at,
                new RunListener() {
                    @Override
                    public boolean stopRequested() {
                        asked[0]++;
                        return false;
                    }
                },
                Checkpoints.NONE);
        MemoryCheckpoints kept = new MemoryCheckpoints();
        int breaks = 0;
        while (true) {
            try {
                assertSame(run(at, stoppingAfter(asked[0] / 2), kept), undisturbed);
                break;
            } catch (TrainingStoppedException e) {
                breaks++;
                byte[] newest = kept.written.get(kept.written.size() - 1);
                kept = new MemoryCheckpoints(newest);
                kept.written.add(newest);
            }
        }
        assertThat(breaks).isGreaterThan(1);
    }

    @Test
    void goesOnFromTheStepAtWhichItWasToldToStopAndGoOnLater() {
        List<Integer> at = List.of(2);
        Found undisturbed = run(at, SILENT, Checkpoints.NONE);
        for (int questions = 0; questions < 18; questions += 2) {
            MemoryCheckpoints kept = new MemoryCheckpoints();
            int after = questions;
            assertThatExceptionOfType(TrainingStoppedException.class)
                    .isThrownBy(() -> run(at, pausingAfter(after), kept));
            assertSame(run(at, SILENT, kept), undisturbed);
        }
    }

    @Test
    void beginsAnewFromAStateThatIsCutShort() {
        MemoryCheckpoints kept = new MemoryCheckpoints();
        Found undisturbed = run(List.of(2), SILENT, kept);
        byte[] whole = kept.written.get(1);
        assertSame(run(List.of(2), SILENT, new MemoryCheckpoints(Arrays.copyOf(whole, whole.length - 1))), undisturbed);
        assertSame(run(List.of(2), SILENT, new MemoryCheckpoints(new byte[] {1, 2})), undisturbed);
    }

    @Test
    void tellsHowFarItIsUpToTheEnd() {
        double[] last = {0};
        run(
                List.of(0, 2),
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
    void stopsWithinAKernel() {
        assertThatExceptionOfType(TrainingStoppedException.class)
                .isThrownBy(() -> run(List.of(0), stoppingAfter(2), Checkpoints.NONE));
    }

    @Test
    void refusesTheLastEpochAfterWhichNoneFollows() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new KernelVelocity.Settings(CNN, "cpu", training(3), List.of(3), M, 8));
    }

    private static void assertSame(Found actual, Found expected) {
        assertThat(actual.measured()).usingRecursiveComparison().isEqualTo(expected.measured());
        assertThat(actual.accuracy()).isEqualTo(expected.accuracy());
        assertThat(actual.epochs()).isEqualTo(expected.epochs());
    }
}
