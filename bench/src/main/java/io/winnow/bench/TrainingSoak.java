package io.winnow.bench;

import io.winnow.surrogate.Augmentation;
import io.winnow.surrogate.LearningRateSchedule;
import io.winnow.surrogate.SampleShape;
import io.winnow.surrogate.Samples;
import io.winnow.surrogate.Surrogate;
import io.winnow.surrogate.SurrogateSpec;
import io.winnow.surrogate.TrainingBatch;
import io.winnow.surrogate.TrainingListener;
import io.winnow.surrogate.TrainingPosition;
import io.winnow.surrogate.TrainingSpec;
import io.winnow.surrogate.djl.DjlSurrogateEngine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;

/**
 * Trains a network in one go, and prints the process's resident memory as a JSON line after every fiftieth batch.
 *
 * <p>Usage: TrainingSoak NETWORK BATCHES [THREADS]
 */
public final class TrainingSoak {

    private static final int STEP = 50;
    private static final int BATCH = 128;
    private static final int BATCHES_OF_AN_EPOCH = 20;

    private TrainingSoak() {}

    public static void main(String[] arguments) {
        Samples samples = new Noise(new SampleShape(1, 28, 28), BATCH * BATCHES_OF_AN_EPOCH);
        int epochs = Integer.parseInt(arguments[1]) / BATCHES_OF_AN_EPOCH;
        int threads = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 0;
        SurrogateSpec spec = new SurrogateSpec(arguments[0], Map.of(), samples.shape(), samples.classes());
        TrainingSpec training = new TrainingSpec(
                epochs, BATCH, 0.01, 0.9, true, 5e-4, new LearningRateSchedule.Constant(), Augmentation.NONE);
        try (Surrogate surrogate = new DjlSurrogateEngine(threads).initialise(spec, "cpu", 1)) {
            surrogate.train(samples, training, 1, TrainingPosition.START, new TrainingListener() {

                private int batches;

                @Override
                public void afterBatch(TrainingBatch batch) {
                    if (++batches % STEP == 0) {
                        print(batches);
                    }
                }
            });
        }
        System.exit(0);
    }

    private static void print(int batches) {
        try {
            System.out.printf("{\"batches\": %d, \"residentKilobytes\": %d}%n", batches, Resident.kilobytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
