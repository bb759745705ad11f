package io.winnow.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.winnow.scoring.Checkpoints;
import io.winnow.scoring.RunListener;
import io.winnow.surrogate.Augmentation;
import io.winnow.surrogate.LearningRateSchedule;
import io.winnow.surrogate.Normalisation;
import io.winnow.surrogate.SampleShape;
import io.winnow.surrogate.Samples;
import io.winnow.surrogate.SurrogateSpec;
import io.winnow.surrogate.TrainingSpec;
import io.winnow.surrogate.TrainingStoppedException;
import io.winnow.surrogate.djl.DjlSurrogateEngine;
import io.winnow.testing.MemoryCheckpoints;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PointTrainingTests {

    private static final int BATCH = 16;
    private static final TrainingSpec WHOLE =
            new TrainingSpec(3, BATCH, 0.05, 0.9, true, 5e-4, new LearningRateSchedule.Cosine(), Augmentation.NONE);
    private static final Samples ALL = new Stripes(200);
    private static final Samples TEST = new Stripes(90);
    private static final int[] TESTS = {30, 30, 30};
    private static final Samples SOME =
            new SubsetSamples(ALL, IntStream.range(0, 70).map(i -> 2 * i).toArray(), null);

    @Test
    void makesAsManyStepsOnASubsetAsOnAllSamples() {
        StepBudget budget = StepBudget.fixed(WHOLE, ALL.size(), SOME.size());
        assertThat(budget.steps()).isEqualTo(39);
        assertThat(budget.spec().epochs()).as("39 steps at 5 an epoch").isEqualTo(8);
        for (long step = 0; step < 39; step++) {
            assertThat(budget.spec().learningRateAt(step, SOME.size()))
                    .isEqualTo(WHOLE.learningRateAt(step, ALL.size()));
        }
        PointRun.Outcome outcome = train(budget, SOME, new MemoryCheckpoints(), -1);
        assertThat(outcome.document().steps()).isEqualTo(39);
        assertThat(outcome.epochs()).as("whole ones").isEqualTo(7);
    }

    @Test
    void makesAsManyEpochsWhereThatIsAsked() {
        StepBudget budget = StepBudget.epochs(WHOLE, SOME.size());
        PointRun.Outcome outcome = train(budget, SOME, new MemoryCheckpoints(), -1);
        assertThat(outcome.document().steps()).isEqualTo(15);
        assertThat(outcome.epochs()).isEqualTo(3);
    }

    @Test
    void learnsAndCountsWhatItClassifiesRightByClass() {
        PointRun.Outcome outcome = train(StepBudget.epochs(WHOLE, ALL.size()), ALL, new MemoryCheckpoints(), -1);
        int[] correct = outcome.document().correct();
        assertThat(outcome.testAccuracy()).isEqualTo(IntStream.of(correct).sum() / 90.0);
        assertThat(outcome.testAccuracy()).as("stripes are easily told apart").isGreaterThan(0.6);
    }

    @Test
    void findsTheSameToTheBitWhenItWasBrokenOffAndGoesOn() {
        StepBudget budget = StepBudget.fixed(WHOLE, ALL.size(), SOME.size());
        PointRun undisturbed = train(budget, SOME, new MemoryCheckpoints(), -1).document();
        for (int batches : new int[] {3, 12, 36}) {
            MemoryCheckpoints kept = new MemoryCheckpoints();
            assertThatExceptionOfType(TrainingStoppedException.class)
                    .isThrownBy(() -> train(budget, SOME, kept, batches));
            int before = kept.written.size();
            PointRun resumed = train(budget, SOME, kept, -1).document();
            assertThat(resumed.correct()).isEqualTo(undisturbed.correct());
            assertThat(resumed.steps()).isEqualTo(undisturbed.steps());
            assertThat(kept.written).as("nothing is trained twice").hasSize(7);
            assertThat(before).isEqualTo(batches / 5);
        }
        assertThat(last(budget, 12)).isEqualTo(last(budget, -1));
    }

    @Test
    void goesOnFromTheStepAtWhichItWasToldToStopAndGoOnLater() {
        StepBudget budget = StepBudget.fixed(WHOLE, ALL.size(), SOME.size());
        MemoryCheckpoints whole = new MemoryCheckpoints();
        PointRun undisturbed = train(budget, SOME, whole, -1).document();
        byte[] expected = withoutSeconds(whole);
        // Of 39 steps, the last 4 belong to an epoch that is not ended, after which no state is kept.
        for (int batches = 0; batches < 35; batches += 4) {
            MemoryCheckpoints kept = new MemoryCheckpoints();
            Stopping first = new Stopping(batches, true);
            assertThatExceptionOfType(TrainingStoppedException.class)
                    .isThrownBy(() -> train(budget, SOME, kept, first));
            Stopping second = new Stopping(-1, true);
            assertThat(train(budget, SOME, kept, second).document().correct()).isEqualTo(undisturbed.correct());
            assertThat(first.batches + second.batches)
                    .as("no step is made twice")
                    .isEqualTo(undisturbed.steps());
            assertThat(withoutSeconds(kept)).isEqualTo(expected);
        }
    }

    @Test
    void beginsAnewWhereTheStateCannotBeRead() {
        StepBudget budget = StepBudget.epochs(WHOLE, SOME.size());
        MemoryCheckpoints broken = new MemoryCheckpoints();
        broken.written.add(new byte[] {1, 2, 3});
        PointRun undisturbed = train(budget, SOME, new MemoryCheckpoints(), -1).document();
        assertThat(train(budget, SOME, broken, -1).document().correct()).isEqualTo(undisturbed.correct());
    }

    @Test
    void weighsSamplesInTheLoss() {
        StepBudget budget = StepBudget.epochs(WHOLE, ALL.size());
        int[] indices = IntStream.range(0, ALL.size()).toArray();
        float[] weights = new float[indices.length];
        for (int i = 0; i < indices.length; i++) {
            weights[i] = ALL.label(i) == 2 ? 0 : 1;
        }
        int[] correct = train(budget, new SubsetSamples(ALL, indices, weights), new MemoryCheckpoints(), -1)
                .document()
                .correct();
        assertThat(correct[2]).as("a class of no weight is not learned").isZero();
        assertThat(correct[0] + correct[1]).isGreaterThan(30);
    }

    /** The network and the optimizer after the last epoch that was kept; the seconds that it took are left out. */
    private static byte[] last(StepBudget budget, int brokenOffAfter) {
        MemoryCheckpoints kept = new MemoryCheckpoints();
        if (brokenOffAfter > 0) {
            assertThatExceptionOfType(TrainingStoppedException.class)
                    .isThrownBy(() -> train(budget, SOME, kept, brokenOffAfter));
        }
        train(budget, SOME, kept, -1);
        return withoutSeconds(kept);
    }

    private static byte[] withoutSeconds(MemoryCheckpoints kept) {
        byte[] state = kept.written.get(kept.written.size() - 1);
        int head = Integer.BYTES + 3 * Integer.BYTES + Double.BYTES + 2 * Double.BYTES;
        return Arrays.copyOfRange(state, head, state.length);
    }

    private static PointRun.Outcome train(StepBudget budget, Samples samples, Checkpoints checkpoints, int batches) {
        return train(budget, samples, checkpoints, new Stopping(batches, false));
    }

    private static PointRun.Outcome train(
            StepBudget budget, Samples samples, Checkpoints checkpoints, RunListener listener) {
        SurrogateSpec spec = new SurrogateSpec("small-cnn", Map.of(), ALL.shape(), 3);
        return new PointTraining(spec, "cpu", 5, samples, TEST, budget, listener, checkpoints)
                .run(new DjlSurrogateEngine(0), TESTS);
    }

    /** Stops after a number of batches; never where it is negative. */
    private static final class Stopping implements RunListener {

        private final int after;
        private final boolean goesOnLater;
        private int asked;
        private int batches;

        Stopping(int after, boolean goesOnLater) {
            this.after = after;
            this.goesOnLater = goesOnLater;
        }

        @Override
        public boolean stopRequested() {
            return after >= 0 && asked++ >= after;
        }

        @Override
        public boolean goesOnLater() {
            return goesOnLater;
        }

        @Override
        public void through(Phase phase, int samples) {
            batches += phase == Phase.TRAIN ? 1 : 0;
        }
    }

    /** Pictures of 8 × 8 with a bright stripe whose place is their class, and noise. */
    private record Stripes(int size) implements Samples {

        @Override
        public SampleShape shape() {
            return new SampleShape(1, 8, 8);
        }

        @Override
        public int classes() {
            return 3;
        }

        @Override
        public int label(int position) {
            return position % 3;
        }

        @Override
        public void copyTo(int position, ByteBuffer target) {
            for (int i = 0; i < 64; i++) {
                int noise = Math.floorMod(31 * position + 17 * i * i + 7 * i * position, 90);
                target.put((byte) (i / 8 / 3 == label(position) ? 150 + noise : noise));
            }
        }

        @Override
        public Normalisation normalisation() {
            return new Normalisation(new float[] {0.35f}, new float[] {0.25f});
        }
    }
}
