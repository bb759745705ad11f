package io.winnow.surrogate.djl;

/**
 * The cross-entropy of a batch from its logits, worked out on the host: the logits come over anyway, and the gradient that
 * goes back is as small as they are. With w the samples' weights and B the size of the batch, loss = (1/B) Σ w_i ℓ_i, so
 * weights of mean 1 keep the scale, and ∂loss/∂z_i = w_i (softmax(z_i) − onehot(y_i)) / B.
 */
final class SoftmaxLoss {

    private final int classes;
    private final float[] gradient;
    private double loss;
    private int correct;

    /** @param capacity largest batch */
    SoftmaxLoss(int capacity, int classes) {
        this.classes = classes;
        this.gradient = new float[capacity * classes];
    }

    /**
     * @param logits [size · classes], row-major
     * @param labels [size]
     * @param weights [size]
     */
    void compute(float[] logits, int[] labels, float[] weights, int size) {
        double total = 0;
        int right = 0;
        for (int i = 0; i < size; i++) {
            int row = i * classes;
            int best = 0;
            for (int c = 1; c < classes; c++) {
                if (logits[row + c] > logits[row + best]) {
                    best = c;
                }
            }
            double largest = logits[row + best];
            double sum = 0;
            for (int c = 0; c < classes; c++) {
                sum += Math.exp(logits[row + c] - largest);
            }
            double logSum = largest + Math.log(sum);
            double share = (double) weights[i] / size;
            for (int c = 0; c < classes; c++) {
                gradient[row + c] = (float) (share * Math.exp(logits[row + c] - logSum));
            }
            gradient[row + labels[i]] -= (float) share;
            total += weights[i] * (logSum - logits[row + labels[i]]);
            right += best == labels[i] ? 1 : 0;
        }
        loss = total / size;
        correct = right;
    }

    /** Mean weighted cross-entropy; NaN or infinite when a logit is. */
    double loss() {
        return loss;
    }

    /** Samples whose largest logit is their label's. */
    int correct() {
        return correct;
    }

    /** ∂loss/∂logits, [size · classes]. */
    float[] gradient() {
        return gradient;
    }
}
