package io.winnow.scoring;

import org.jspecify.annotations.Nullable;

/**
 * A moment of a training at which gradients are taken.
 *
 * @param stages number of stages of the training
 * @param learningRate η_t of the stage's step
 * @param totalSteps optimizer steps T of the training
 * @param size number of samples that are trained on: N, or the size of a part
 * @param positions [size] the sample at each position of the part; null when the training is on all samples
 */
public record Stage(int stages, double learningRate, long totalSteps, int size, int @Nullable [] positions) {

    /** The sample at a position of the pass. */
    public int sample(int position) {
        return positions == null ? position : positions[position];
    }
}
