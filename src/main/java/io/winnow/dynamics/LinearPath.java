package io.winnow.dynamics;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What was found along the straight line between the weights of two children, w_α = (1 − α)·w₁ + α·w₂.
 *
 * @param alphas from 0 to 1, ascending
 * @param points what the network w_α does, for each α
 */
public record LinearPath(double[] alphas, List<GroupErrors> points) {

    public LinearPath {
        points = List.copyOf(points);
        if (alphas.length < 2 || alphas.length != points.size() || alphas[0] != 0 || alphas[alphas.length - 1] != 1) {
            throw new IllegalArgumentException("a path goes from 0 to 1 with a point for each step");
        }
    }

    /**
     * The error barrier of a group: the largest error on the way minus the mean of those at the ends, at least 0.
     *
     * @param group or {@link SampleGroups#NONE} for all samples
     */
    public double errorBarrier(int group) {
        return barrier(point -> point.errorOf(group));
    }

    /** The same of the loss. */
    public double lossBarrier(int group) {
        return barrier(point -> point.lossOf(group));
    }

    private double barrier(ToDoubleFunction<GroupErrors> height) {
        double most = points.stream().mapToDouble(height).max().orElseThrow();
        double ends = height.applyAsDouble(points.get(0)) + height.applyAsDouble(points.get(points.size() - 1));
        return most - ends / 2;
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
