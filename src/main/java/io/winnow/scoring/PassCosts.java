package io.winnow.scoring;

/**
 * What the passes of a run cost for one sample, in seconds where they were timed.
 *
 * @param training a step's share
 * @param forward logits in evaluation mode
 * @param gradients squared norms of the per-sample gradients
 * @param gradientSum the sample's part of a mean gradient
 * @param directedGradients norms and dot products along a direction
 */
public record PassCosts(
        double training, double forward, double gradients, double gradientSum, double directedGradients) {

    /**
     * In forward passes of one sample, as they are beside each other on a convolutional network: good enough for a progress
     * bar.
     */
    public static final PassCosts IN_FORWARD_PASSES = new PassCosts(3, 1, 3.5, 3, 4.2);
}
