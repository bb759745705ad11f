package io.winnow.surrogate.djl;

import ai.djl.ndarray.NDArray;
import io.winnow.surrogate.TrainingSpec;

/**
 * Stochastic gradient descent with momentum as PyTorch has it (dampening 0), on all parameters at once: a few operations on
 * one vector a step, whatever the number of layers. The equations are in {@link TrainingSpec}.
 */
final class Sgd {

    private final TrainingSpec spec;
    private final NDArray parameters;
    private final NDArray velocity;

    /**
     * @param parameters changed in place
     * @param velocity of the same shape, changed in place; zero before the first step
     */
    Sgd(TrainingSpec spec, NDArray parameters, NDArray velocity) {
        this.spec = spec;
        this.parameters = parameters;
        this.velocity = velocity;
    }

    /**
     * One step.
     *
     * @param gradient of the mean loss, used up
     */
    void step(NDArray gradient, double learningRate) {
        if (spec.weightDecay() > 0) {
            try (NDArray decay = parameters.mul((float) spec.weightDecay())) {
                gradient.addi(decay);
            }
        }
        if (spec.momentum() == 0) {
            descend(gradient, learningRate);
            return;
        }
        velocity.muli((float) spec.momentum()).addi(gradient);
        if (spec.nesterov()) {
            try (NDArray ahead = velocity.mul((float) spec.momentum())) {
                descend(gradient.addi(ahead), learningRate);
            }
        } else {
            try (NDArray change = velocity.mul((float) learningRate)) {
                parameters.subi(change);
            }
        }
    }

    private void descend(NDArray change, double learningRate) {
        parameters.subi(change.muli((float) learningRate));
    }
}
