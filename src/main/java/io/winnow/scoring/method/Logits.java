package io.winnow.scoring.method;

/** What can be read off a sample's logits without their softmax. */
public final class Logits {

    private Logits() {}

    /** The class of the highest logit, the smallest of several. */
    public static int argmax(float[] logits, int offset, int classes) {
        int top = 0;
        for (int c = 1; c < classes; c++) {
            if (logits[offset + c] > logits[offset + top]) {
                top = c;
            }
        }
        return top;
    }

    /** f_y − max_{j≠y} f_j: positive when the sample is classified right. */
    static double margin(float[] logits, int offset, int classes, int label) {
        double rival = Double.NEGATIVE_INFINITY;
        for (int c = 0; c < classes; c++) {
            if (c != label) {
                rival = Math.max(rival, logits[offset + c]);
            }
        }
        return logits[offset + label] - rival;
    }
}
