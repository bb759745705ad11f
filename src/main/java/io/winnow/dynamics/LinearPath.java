package io.winnow.dynamics;

import java.util.Arrays;

/** The straight line between the weights of two children, w_α = (1 − α)·w₁ + α·w₂, and what lies above its ends. */
final class LinearPath {

    private LinearPath() {}

    /**
     * The barrier along a path: the largest value on the way minus the mean of those at the ends, at least 0.
     *
     * @param heights the error or the loss at α = 0 … 1, ascending
     */
    static double barrier(double[] heights) {
        double most = Arrays.stream(heights).max().orElseThrow();
        return most - (heights[0] + heights[heights.length - 1]) / 2;
    }

    /** Evenly spaced numbers from 0 to 1. */
    static double[] alphas(int count) {
        if (count < 2) {
            throw new IllegalArgumentException("a path has two points at least, not " + count);
        }
        double[] alphas = new double[count];
        for (int i = 0; i < count; i++) {
            alphas[i] = (double) i / (count - 1);
        }
        return alphas;
    }

    /** The weights at α. At the ends, and where both weights are the same, they are these weights to the bit. */
    static float[] between(float[] first, float[] second, double alpha) {
        float[] weights = new float[first.length];
        for (int i = 0; i < weights.length; i++) {
            double way = (double) second[i] - first[i];
            weights[i] = (float) (alpha < 0.5 ? first[i] + alpha * way : second[i] - (1 - alpha) * way);
        }
        return weights;
    }
}
