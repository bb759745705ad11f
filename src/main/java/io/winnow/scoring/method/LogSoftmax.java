package io.winnow.scoring.method;

/**
 * The softmax of one sample's logits, in float64: log-probabilities stay exact where a probability is within rounding of 0
 * or 1. Reused from sample to sample.
 */
final class LogSoftmax {

    private final double[] logProbabilities;
    private int top;

    LogSoftmax(int classes) {
        logProbabilities = new double[classes];
    }

    /** Reads the logits [classes] that start at an offset. */
    LogSoftmax read(float[] logits, int offset) {
        top = Logits.argmax(logits, offset, logProbabilities.length);
        double highest = logits[offset + top];
        double others = 0;
        for (int c = 0; c < logProbabilities.length; c++) {
            double below = logits[offset + c] - highest;
            logProbabilities[c] = below;
            if (c != top) {
                others += Math.exp(below);
            }
        }
        double logSum = Math.log1p(others);
        for (int c = 0; c < logProbabilities.length; c++) {
            logProbabilities[c] -= logSum;
        }
        return this;
    }

    int classes() {
        return logProbabilities.length;
    }

    /** The most probable class, the smallest of several. */
    int top() {
        return top;
    }

    /** ln p_c, at most 0. */
    double logProbability(int c) {
        return logProbabilities[c];
    }

    /** p_c. */
    double probability(int c) {
        return Math.exp(logProbabilities[c]);
    }

    /** 1 − p_c without cancellation. */
    double doubt(int c) {
        return -Math.expm1(logProbabilities[c]);
    }

    /** −Σ p ln p in nats. */
    double entropy() {
        double sum = 0;
        for (double logProbability : logProbabilities) {
            sum -= logProbability * Math.exp(logProbability);
        }
        return sum;
    }

    /** The highest probability minus the second highest. */
    double lead() {
        double second = Double.NEGATIVE_INFINITY;
        for (int c = 0; c < logProbabilities.length; c++) {
            if (c != top) {
                second = Math.max(second, logProbabilities[c]);
            }
        }
        return -probability(top) * Math.expm1(second - logProbabilities[top]);
    }

    /** ‖p − onehot(label)‖₂. */
    double errorNorm(int label) {
        double squares = 0;
        for (int c = 0; c < logProbabilities.length; c++) {
            double error = c == label ? doubt(c) : probability(c);
            squares += error * error;
        }
        return Math.sqrt(squares);
    }
}
