package io.winnow.surrogate;

/**
 * How an epoch of training went.
 *
 * @param epoch 1-based
 * @param samples samples trained on
 * @param loss mean over the samples of the training loss at their visit
 * @param accuracy share of samples classified right at their visit (training mode, augmented)
 * @param seconds wall time
 */
public record EpochSummary(int epoch, int samples, double loss, double accuracy, double seconds) {}
