package io.winnow.scoring.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.winnow.scoring.Checkpoints;
import io.winnow.scoring.MethodOptions;
import io.winnow.scoring.MethodOptions.NeverLearned;
import io.winnow.scoring.RunListener;
import io.winnow.scoring.RunRequest;
import io.winnow.scoring.RunScores;
import io.winnow.scoring.RunScores.EpochAccuracy;
import io.winnow.scoring.RunScores.MethodScores;
import io.winnow.scoring.ShardSettings;
import io.winnow.scoring.Shards;
import io.winnow.scoring.method.AllMethods;
import io.winnow.surrogate.Augmentation;
import io.winnow.surrogate.ComputeDevice;
import io.winnow.surrogate.GradientScope;
import io.winnow.surrogate.LearningRateSchedule;
import io.winnow.surrogate.RandomSamples;
import io.winnow.surrogate.SampleShape;
import io.winnow.surrogate.Surrogate;
import io.winnow.surrogate.SurrogateEngine;
import io.winnow.surrogate.SurrogateSpec;
import io.winnow.surrogate.TrainingSpec;
import io.winnow.surrogate.TrainingStoppedException;
import io.winnow.surrogate.djl.DjlSurrogateEngine;
import io.winnow.testing.MemoryCheckpoints;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Runs of all methods on the real engine, broken off at every point where their state is kept. */
class ResumeTests {

    private static final int N = 131;
    private static final int EPOCHS = 4;
    private static final SampleShape SHAPE = new SampleShape(1, 10, 10);

    private static final MemoryCheckpoints kept = new MemoryCheckpoints();
    private static final MemoryCheckpoints keptOnParts = new MemoryCheckpoints();
    private static RunScores undisturbed;
    private static RunScores undisturbedOnParts;

    @BeforeAll
    static void runUndisturbed() {
        undisturbed = run(request(1), kept);
        undisturbedOnParts = run(request(2), keptOnParts);
    }

    @Test
    void keepsItsStateAfterEachEpochAndBeforeEachSnapshot() {
        // After the initial snapshot; before and after that of epoch 2 and of epoch 4; after epochs 1 and 3.
        assertThat(kept.written).hasSize(1 + EPOCHS + 2);
        assertThat(keptOnParts.written).hasSize(1 + EPOCHS + 2 + 2 * EPOCHS);
    }

    @Test
    void findsTheSameToTheBitFromEveryState() {
        for (byte[] state : kept.written) {
            assertSame(run(request(1), new MemoryCheckpoints(state)), undisturbed);
        }
    }

    @Test
    void findsTheSameToTheBitFromEveryStateOfTrainingsOnParts() {
        for (byte[] state : keptOnParts.written) {
            assertSame(run(request(2), new MemoryCheckpoints(state)), undisturbedOnParts);
        }
    }

    @Test
    void doesNotRepeatWhatIsDone() {
        CountingEngine engine = new CountingEngine();
        byte[] last = keptOnParts.written.get(keptOnParts.written.size() - 1);
        new SurrogateRunScorer(engine, ShardSettings.DEFAULTS)
                .score(request(2), new RunListener() {}, new MemoryCheckpoints(last), Shards.NONE);
        assertThat(engine.made).as("only the surrogate of the last part").isEqualTo(1);
    }

    @Test
    void endsThoughItIsBrokenOffAgainAndAgain() {
        MemoryCheckpoints checkpoints = new MemoryCheckpoints();
        int breaks = 0;
        while (true) {
            try {
                assertSame(broken(request(1), checkpoints, 25), undisturbed);
                break;
            } catch (TrainingStoppedException e) {
                breaks++;
                byte[] newest = checkpoints.written.get(checkpoints.written.size() - 1);
                checkpoints = new MemoryCheckpoints(newest);
                checkpoints.written.add(newest);
            }
        }
        assertThat(breaks).isGreaterThan(1);
    }

    /** Wherever the word to stop comes, in the middle of an epoch, of a stage or of a test: no step is made twice. */
    @Test
    void goesOnFromTheStepAtWhichItWasToldToStopAndGoOnLater() {
        for (int parts = 1; parts <= 2; parts++) {
            int chunks = parts;
            RunScores expected = chunks == 1 ? undisturbed : undisturbedOnParts;
            Interrupted never = new Interrupted(Integer.MAX_VALUE);
            score(request(chunks), Checkpoints.NONE, never);
            for (int questions = 1; questions < never.asked; questions += 13) {
                MemoryCheckpoints checkpoints = new MemoryCheckpoints();
                Interrupted first = new Interrupted(questions);
                assertThatThrownBy(() -> score(request(chunks), checkpoints, first))
                        .isInstanceOf(TrainingStoppedException.class);
                Interrupted second = new Interrupted(Integer.MAX_VALUE);
                assertSame(score(request(chunks), checkpoints, second), expected);
                assertThat(first.trained + second.trained)
                        .as("samples trained on, stopped at question %d", questions)
                        .isEqualTo(never.trained);
            }
        }
    }

    @Test
    void ignoresAStateOfAnotherFormatAndTakesTheOneBefore() {
        byte[] older = kept.written.get(4).clone();
        ByteBuffer.wrap(older).putInt(0, 0);
        MemoryCheckpoints checkpoints = new MemoryCheckpoints(older, kept.written.get(3));
        assertSame(run(request(1), checkpoints), undisturbed);
        assertThat(checkpoints.written).as("what follows the fourth state").hasSize(kept.written.size() - 4);
    }

    @Test
    void ignoresTheStateOfAnotherRun() {
        RunRequest other = withSeed(request(1), 99);
        MemoryCheckpoints foreign = new MemoryCheckpoints(kept.written.get(5));
        assertSame(run(other, foreign), run(other, new MemoryCheckpoints()));
    }

    @Test
    void beginsAnewFromAStateThatEndsTooSoon() {
        byte[] whole = kept.written.get(5);
        for (int length : new int[] {0, 3, 40, whole.length / 2, whole.length - 1}) {
            MemoryCheckpoints cut = new MemoryCheckpoints(Arrays.copyOf(whole, length));
            assertSame(run(request(1), cut), undisturbed);
            assertThat(cut.written).hasSize(kept.written.size());
        }
    }

    @Test
    void tellsTheTimeAndProgressOfTheWholeRun() {
        double[] first = {Double.NaN};
        List<Integer> epochs = new ArrayList<>();
        RunListener listener = new RunListener() {
            @Override
            public void trained(List<EpochAccuracy> history) {
                epochs.add(history.size());
            }

            @Override
            public void progress(RunProgress progress) {
                first[0] = Double.isNaN(first[0]) ? progress.fraction() : first[0];
            }
        };
        byte[] state = kept.written.get(3);
        double trained = ByteBuffer.wrap(state).getDouble(Integer.BYTES + Long.BYTES + Integer.BYTES);
        RunScores scores = new SurrogateRunScorer(new DjlSurrogateEngine(0), ShardSettings.DEFAULTS)
                .score(request(1), listener, new MemoryCheckpoints(state), Shards.NONE);
        assertThat(first[0]).isBetween(0.3, 0.9);
        assertThat(epochs).as("those before the break at once").first().isEqualTo(2);
        assertThat(epochs).isSorted().last().isEqualTo(scores.history().size());
        assertThat(scores.trainingSeconds()).isGreaterThan(trained);
    }

    @Test
    void stopsInsteadOfGoingOnWhenItIsToldToDuringASnapshot() {
        assertThatThrownBy(() -> broken(request(1), new MemoryCheckpoints(), 1))
                .isInstanceOf(TrainingStoppedException.class);
    }

    private static RunScores run(RunRequest request, Checkpoints checkpoints) {
        return score(request, checkpoints, new RunListener() {});
    }

    private static RunScores broken(RunRequest request, Checkpoints checkpoints, int batches) {
        int[] asked = {0};
        RunListener listener = new RunListener() {
            @Override
            public boolean stopRequested() {
                return ++asked[0] > batches;
            }
        };
        return score(request, checkpoints, listener);
    }

    private static RunScores score(RunRequest request, Checkpoints checkpoints, RunListener listener) {
        return new SurrogateRunScorer(new DjlSurrogateEngine(0), ShardSettings.DEFAULTS)
                .score(request, listener, checkpoints, Shards.NONE);
    }

    /** Stops a run that goes on later, when it has asked a number of times. */
    private static final class Interrupted implements RunListener {

        private final int questions;
        private int asked;
        private long trained;

        Interrupted(int questions) {
            this.questions = questions;
        }

        @Override
        public boolean stopRequested() {
            return ++asked > questions;
        }

        @Override
        public boolean goesOnLater() {
            return true;
        }

        @Override
        public void through(Phase phase, int samples) {
            trained += phase == Phase.TRAIN ? samples : 0;
        }
    }

    private static void assertSame(RunScores actual, RunScores expected) {
        assertThat(actual.methods()).hasSameSizeAs(expected.methods());
        for (int i = 0; i < expected.methods().size(); i++) {
            MethodScores one = actual.methods().get(i);
            MethodScores other = expected.methods().get(i);
            assertThat(one.method()).isEqualTo(other.method());
            assertThat(one.scores()).as(one.method() + "@" + one.epoch()).isEqualTo(other.scores());
            assertThat(one.facts()).isEqualTo(other.facts());
        }
        assertThat(actual.predicted()).isEqualTo(expected.predicted());
        assertThat(actual.history()).isEqualTo(expected.history());
    }

    private static RunRequest request(int chunks) {
        return new RunRequest(
                new SurrogateSpec("small-cnn", Map.of(), SHAPE, 4),
                "cpu",
                new RandomSamples(N, SHAPE, 4, 1),
                new RandomSamples(30, SHAPE, 4, 2),
                new TrainingSpec(
                        EPOCHS, 32, 0.05, 0.9, true, 5e-4, new LearningRateSchedule.Cosine(), Augmentation.CROP_FLIP),
                Arrays.stream(AllMethods.IDS).map(AllMethods::of).toList(),
                new MethodOptions(NeverLearned.MAX, 5, chunks, GradientScope.ALL, 3),
                List.of(0, 2, EPOCHS),
                7);
    }

    private static RunRequest withSeed(RunRequest request, long seed) {
        return new RunRequest(
                request.surrogate(),
                request.device(),
                request.train(),
                request.test(),
                request.training(),
                request.methods(),
                request.options(),
                request.scoreAt(),
                seed);
    }

    /** Counts the surrogates that are made. */
    private static final class CountingEngine implements SurrogateEngine {

        private final SurrogateEngine engine = new DjlSurrogateEngine(0);
        private int made;

        @Override
        public List<ComputeDevice> devices() {
            return engine.devices();
        }

        @Override
        public Surrogate initialise(SurrogateSpec spec, String device, long seed) {
            made++;
            return engine.initialise(spec, device, seed);
        }
    }
}
