package io.winnow.surrogate.djl;

import io.winnow.platform.SplitMix64;
import io.winnow.surrogate.ParameterInfo;
import java.util.Arrays;
import java.util.List;

/**
 * Fresh weights for a module of which only the names and shapes of its parameters are known. Parameter i has a generator of
 * its own, seeded by (seed, i):
 *
 * <ul>
 *   <li>two sides or more: normal, mean 0, variance 2 / fan-in, where fan-in is the product of all sides but the first (He et
 *       al. 2015);
 *   <li>one side, called {@code weight}: 1, as the scale of a normalisation;
 *   <li>all others: 0.
 * </ul>
 *
 * <p>Of the tensors that are not trained, {@code running_mean} and {@code num_batches_tracked} become 0 and {@code
 * running_var} 1; all others stay.
 */
final class ScriptedInitialisation {

    private ScriptedInitialisation() {}

    /** All parameters, flat. */
    static float[] parameters(List<ParameterInfo> parameters, long seed) {
        float[] values =
                new float[parameters.stream().mapToInt(ParameterInfo::size).sum()];
        int offset = 0;
        for (int i = 0; i < parameters.size(); i++) {
            ParameterInfo parameter = parameters.get(i);
            int end = offset + parameter.size();
            if (parameter.shape().size() > 1) {
                double fanIn = Math.max(
                        1, parameter.size() / Math.max(1, parameter.shape().get(0)));
                double deviation = Math.sqrt(2 / fanIn);
                SplitMix64 random = Seeds.weights(seed, i);
                for (int j = offset; j < end; j++) {
                    values[j] = (float) (deviation * random.nextGaussian());
                }
            } else if (parameter.shape().size() == 1 && lastPart(parameter).equals("weight")) {
                Arrays.fill(values, offset, end, 1);
            }
            offset = end;
        }
        return values;
    }

    /** All tensors that are not trained, flat, from what they are. */
    static float[] buffers(List<ParameterInfo> buffers, float[] present) {
        float[] values = present.clone();
        int offset = 0;
        for (ParameterInfo buffer : buffers) {
            int end = offset + buffer.size();
            switch (lastPart(buffer)) {
                case "running_mean", "num_batches_tracked" -> Arrays.fill(values, offset, end, 0);
                case "running_var" -> Arrays.fill(values, offset, end, 1);
                default -> {}
            }
            offset = end;
        }
        return values;
    }

    private static String lastPart(ParameterInfo parameter) {
        return parameter.name().substring(parameter.name().lastIndexOf('.') + 1);
    }
}
