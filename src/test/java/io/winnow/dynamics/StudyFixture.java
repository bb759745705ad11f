package io.winnow.dynamics;

import io.winnow.dynamics.SampleGroups.Group;
import io.winnow.scoring.Keeps;
import io.winnow.scoring.RunListener;
import io.winnow.surrogate.Augmentation;
import io.winnow.surrogate.LearningRateSchedule;
import io.winnow.surrogate.RandomSamples;
import io.winnow.surrogate.SampleShape;
import io.winnow.surrogate.SurrogateSpec;
import io.winnow.surrogate.TrainingSpec;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Small samples, networks and groups to study. */
final class StudyFixture {

    static final SampleShape SHAPE = new SampleShape(1, 8, 8);
    static final int CLASSES = 3;
    static final RandomSamples SAMPLES = new RandomSamples(90, SHAPE, CLASSES, 2);
    static final SurrogateSpec CNN = new SurrogateSpec("plain-cnn", Map.of("channels", List.of(8, 8)), SHAPE, CLASSES);
    /** With batch normalisation. */
    static final SurrogateSpec NORMALISED = new SurrogateSpec("small-cnn", Map.of(), SHAPE, CLASSES);
    /** Three by score, and all. */
    static final SampleGroups GROUPS =
            SampleGroups.byScore(scores(), Keeps.HIGHEST, 3).and(Group.all(SampleGroups.ALL, SAMPLES.size()));

    static final int ALL = 3;
    static final RunListener SILENT = new RunListener() {};

    private StudyFixture() {}

    private static float[] scores() {
        float[] scores = new float[SAMPLES.size()];
        Random random = new Random(9);
        for (int i = 0; i < scores.length; i++) {
            scores[i] = random.nextFloat();
        }
        return scores;
    }

    static TrainingSpec training(int epochs) {
        return new TrainingSpec(
                epochs, 16, 0.05, 0.9, true, 5e-4, new LearningRateSchedule.Cosine(), Augmentation.CROP_FLIP);
    }

    /** Says stop after it was asked a number of times. */
    static RunListener stoppingAfter(int questions) {
        return stopping(questions, false);
    }

    /** Says stop after it was asked a number of times, of a run that goes on later. */
    static RunListener pausingAfter(int questions) {
        return stopping(questions, true);
    }

    private static RunListener stopping(int questions, boolean goesOnLater) {
        int[] asked = {0};
        return new RunListener() {
            @Override
            public boolean stopRequested() {
                return asked[0]++ >= questions;
            }

            @Override
            public boolean goesOnLater() {
                return goesOnLater;
            }
        };
    }
}
