package io.winnow.bench;

import io.winnow.surrogate.Direction;
import io.winnow.surrogate.GradientScope;
import io.winnow.surrogate.Samples;
import io.winnow.surrogate.StopSignal;
import io.winnow.surrogate.Surrogate;

/** The passes of the methods over all samples, each to its scores. */
final class ScoringPasses {

    private final Surrogate surrogate;
    private final Samples samples;

    ScoringPasses(Surrogate surrogate, Samples samples) {
        this.surrogate = surrogate;
        this.samples = samples;
    }

    float[] el2n() {
        int classes = samples.classes();
        float[] scores = new float[samples.size()];
        double[] exponentials = new double[classes];
        surrogate.forward(samples, 0, samples.size(), false, batch -> {
            for (int i = 0; i < batch.size(); i++) {
                scores[batch.from() + i] =
                        (float) errorNorm(batch.logits(), i * classes, batch.labels()[i], exponentials);
            }
        });
        return scores;
    }

    private static double errorNorm(float[] logits, int offset, int label, double[] exponentials) {
        double max = Double.NEGATIVE_INFINITY;
        for (int c = 0; c < exponentials.length; c++) {
            max = Math.max(max, logits[offset + c]);
        }
        double sum = 0;
        for (int c = 0; c < exponentials.length; c++) {
            sum += exponentials[c] = Math.exp(logits[offset + c] - max);
        }
        double squares = 0;
        for (int c = 0; c < exponentials.length; c++) {
            double error = exponentials[c] / sum - (c == label ? 1 : 0);
            squares += error * error;
        }
        return Math.sqrt(squares);
    }

    float[] grand() {
        float[] scores = new float[samples.size()];
        surrogate.perSampleGradients(samples, 0, samples.size(), GradientScope.ALL, null, batch -> {
            for (int i = 0; i < batch.size(); i++) {
                scores[batch.from() + i] = (float) Math.sqrt(batch.squaredNorms()[i]);
            }
        });
        return scores;
    }

    /** One stage: the mean gradient, and each sample's product with that of the others. */
    float[] moso() {
        int n = samples.size();
        float[] scores = new float[n];
        try (Direction mean = surrogate.meanGradient(samples, 0, n, StopSignal.NEVER)) {
            surrogate.perSampleGradients(samples, 0, n, GradientScope.ALL, mean, batch -> {
                for (int i = 0; i < batch.size(); i++) {
                    scores[batch.from() + i] = (n * batch.dots()[i] - batch.squaredNorms()[i]) / (n - 1);
                }
            });
        }
        return scores;
    }
}
