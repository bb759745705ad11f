package io.winnow.surrogate.djl;

import java.util.Random;

/** Random weights and inputs for tests of gradients. */
final class GradientFixtures {

    private GradientFixtures() {}

    static float[] gaussian(Random random, int size, float deviation) {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) (deviation * random.nextGaussian());
        }
        return values;
    }

    /** Moves all weights and running statistics off their initial values, so that no term hides behind a zero or a one. */
    static void perturb(Network network, long seed) {
        Random random = new Random(seed);
        float[] weights = network.parameterValues();
        for (int i = 0; i < weights.length; i++) {
            weights[i] += (float) (0.02 * random.nextGaussian());
        }
        network.parameterValues(weights);
        float[] buffers = network.bufferValues();
        for (int i = 0; i < buffers.length; i++) {
            buffers[i] += 0.3f * random.nextFloat();
        }
        network.bufferValues(buffers);
    }
}
