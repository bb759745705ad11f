package io.winnow.surrogate.djl;

import ai.djl.nn.Parameter;
import io.winnow.platform.SplitMix64;
import io.winnow.surrogate.djl.ParameterLayout.Slot;
import java.util.Arrays;
import java.util.List;

/**
 * The weights of a fresh network, drawn in Java so that they are the same on any device. Parameter i of the network has a
 * generator of its own, seeded by (seed, i), and is drawn in PyTorch's layout:
 *
 * <ul>
 *   <li>weight of a convolution: normal, mean 0, variance 2 / (out · k²) (He et al. 2015, fan-out, as residual networks are
 *       usually initialised); its bias 0;
 *   <li>weight and bias of a linear layer: uniform in ±1/√in;
 *   <li>batch and layer normalisation: scale 1, shift 0, running mean 0, running variance 1;
 *   <li>class token and vectors of positions: normal, mean 0, deviation 0.02.
 * </ul>
 */
final class Initialisation {

    private static final double TOKEN_DEVIATION = 0.02;

    private Initialisation() {}

    /** All trainable parameters, flat, PyTorch's layout. */
    static float[] parameters(ParameterLayout layout, long seed) {
        float[] values = new float[layout.parameterCount()];
        List<Slot> slots = layout.parameters();
        for (int i = 0; i < slots.size(); i++) {
            Slot slot = slots.get(i);
            SplitMix64 random = Seeds.weights(seed, i);
            List<Long> shape = slot.info().shape();
            switch (slot.parameter().getType()) {
                case WEIGHT -> {
                    if (shape.size() == 4) {
                        normal(values, slot, Math.sqrt(2.0 / (shape.get(0) * shape.get(2) * shape.get(3))), random);
                    } else {
                        uniform(values, slot, 1 / Math.sqrt(shape.get(1)), random);
                    }
                }
                case BIAS -> {
                    Slot weight = slots.get(i - 1);
                    if (weight.info().shape().size() == 2) {
                        uniform(
                                values,
                                slot,
                                1 / Math.sqrt(weight.info().shape().get(1)),
                                random);
                    }
                }
                case OTHER -> normal(values, slot, TOKEN_DEVIATION, random);
                case GAMMA -> fill(values, slot, 1);
                case BETA -> fill(values, slot, 0);
                default -> throw new IllegalStateException("no rule to initialise " + slot.info());
            }
        }
        return values;
    }

    /** All running statistics, flat. */
    static float[] buffers(ParameterLayout layout) {
        float[] values = new float[layout.bufferCount()];
        for (Slot slot : layout.buffers()) {
            fill(values, slot, slot.parameter().getType() == Parameter.Type.RUNNING_VAR ? 1 : 0);
        }
        return values;
    }

    private static void normal(float[] values, Slot slot, double deviation, SplitMix64 random) {
        for (int j = 0; j < slot.size(); j++) {
            values[slot.offset() + j] = (float) (deviation * random.nextGaussian());
        }
    }

    private static void uniform(float[] values, Slot slot, double bound, SplitMix64 random) {
        for (int j = 0; j < slot.size(); j++) {
            values[slot.offset() + j] = (float) (bound * (2 * random.nextDouble() - 1));
        }
    }

    private static void fill(float[] values, Slot slot, float value) {
        Arrays.fill(values, slot.offset(), slot.offset() + slot.size(), value);
    }
}
