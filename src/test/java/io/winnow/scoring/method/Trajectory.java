package io.winnow.scoring.method;

import io.winnow.scoring.Need;
import io.winnow.scoring.ScoreFold;
import io.winnow.scoring.ScoringMethod;
import io.winnow.scoring.Stage;
import io.winnow.surrogate.ForwardBatch;
import io.winnow.surrogate.GradientBatch;
import io.winnow.surrogate.TrainingBatch;
import java.util.Arrays;
import java.util.Random;
import java.util.Set;

/**
 * The quantities of a run, made up from a seed: those of a sample depend on (seed, epoch, sample) alone, never on how the
 * samples come in batches. Arrays of batches are longer than their batch and hold NaN behind it.
 */
record Trajectory(int samples, int classes, int embedding, int epochs, long seed) {

    /** Feeds one epoch of training, then its snapshot. */
    void feed(ScoringMethod method, ScoreFold fold, int epoch, int batchSize) {
        Set<Need> needs = method.needs();
        if (needs.contains(Need.TRAINING_LOGITS)) {
            train(fold, epoch, batchSize);
        }
        if (needs.contains(Need.SNAPSHOT_LOGITS)) {
            do {
                for (int from = 0; from < samples; from += batchSize) {
                    fold.snapshot(epoch, forward(epoch, from, Math.min(batchSize, samples - from)));
                }
            } while (fold.needsSecondPass(epoch));
        }
        if (needs.contains(Need.SNAPSHOT_GRADIENTS)) {
            for (int from = 0; from < samples; from += batchSize) {
                fold.gradients(epoch, gradients(epoch, from, Math.min(batchSize, samples - from)));
            }
        }
        if (needs.contains(Need.GRADIENT_STAGES)) {
            Stage stage = new Stage(epochs, 0.1 / epoch, 100, samples, null);
            for (int from = 0; from < samples; from += batchSize) {
                fold.stage(stage, gradients(epoch, from, Math.min(batchSize, samples - from)));
            }
            fold.stageDone();
        }
    }

    private void train(ScoreFold fold, int epoch, int batchSize) {
        for (int from = 0; from < samples; from += batchSize) {
            int size = Math.min(batchSize, samples - from);
            int[] positions = new int[size + 3];
            int[] labels = new int[size + 3];
            float[] logits = notANumber((size + 3) * classes);
            for (int i = 0; i < size; i++) {
                positions[i] = samples - 1 - from - i;
                labels[i] = label(positions[i]);
                System.arraycopy(numbers(1, epoch, positions[i], classes), 0, logits, i * classes, classes);
            }
            fold.training(new TrainingBatch(epoch, 0, size, positions, labels, logits, 1, 0.1));
        }
    }

    private ForwardBatch forward(int epoch, int from, int size) {
        int[] labels = new int[size + 3];
        float[] logits = notANumber((size + 3) * classes);
        float[] embeddings = notANumber((size + 3) * embedding);
        for (int i = 0; i < size; i++) {
            labels[i] = label(from + i);
            System.arraycopy(numbers(1, epoch, from + i, classes), 0, logits, i * classes, classes);
            System.arraycopy(numbers(2, epoch, from + i, embedding), 0, embeddings, i * embedding, embedding);
        }
        return new ForwardBatch(from, size, logits, labels, embeddings, embedding);
    }

    private GradientBatch gradients(int epoch, int from, int size) {
        ForwardBatch forward = forward(epoch, from, size);
        float[] squares = notANumber(size + 3);
        float[] dots = notANumber(size + 3);
        for (int i = 0; i < size; i++) {
            float[] two = numbers(3, epoch, from + i, 2);
            squares[i] = two[0] * two[0];
            dots[i] = two[1];
        }
        return new GradientBatch(from, size, squares, dots, forward.logits(), forward.labels());
    }

    int label(int sample) {
        return sample % classes;
    }

    private float[] numbers(int kind, int epoch, int sample, int count) {
        Random random = new Random(((seed * 31 + kind) * 31 + epoch) * 1_000_003 + sample);
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = (float) (2 * random.nextGaussian());
        }
        return numbers;
    }

    private static float[] notANumber(int length) {
        float[] values = new float[length];
        Arrays.fill(values, Float.NaN);
        return values;
    }
}
