package io.winnow.surrogate;

import java.util.List;

/**
 * One parameter of a network.
 *
 * @param name its path, as PyTorch would name it: {@code conv1.weight}
 * @param shape its sides, in PyTorch's layout: a convolution is [out, in / groups, k, k], a linear layer [out, in]
 */
public record ParameterInfo(String name, List<Long> shape) {

    public int size() {
        return Math.toIntExact(shape.stream().mapToLong(Long::longValue).reduce(1, Math::multiplyExact));
    }
}
