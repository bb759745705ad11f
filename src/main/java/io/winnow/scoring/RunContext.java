package io.winnow.scoring;

import io.winnow.surrogate.Samples;

/**
 * What a fold may know of its run.
 *
 * @param train the samples that are trained on and scored
 * @param epochs epochs of the training
 * @param seed the run's seed
 * @param lastLayerBias whether the network's last linear layer has a bias
 * @param options the job's options for methods
 */
public record RunContext(Samples train, int epochs, long seed, boolean lastLayerBias, MethodOptions options) {

    /** N. */
    public int samples() {
        return train.size();
    }

    /** C. */
    public int classes() {
        return train.classes();
    }
}
