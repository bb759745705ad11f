package io.winnow.surrogate.djl;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import io.winnow.surrogate.ParameterInfo;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * Where each parameter of a network sits in the flat vector that holds them all, and each running statistic in a second one.
 * A layer adds its parameters when it is built, so the order is that of the architecture.
 *
 * <p>A convolution's weight is <em>stored</em> as [out, k, k, in / groups] and <em>used</em> through a permuted view [out,
 * in / groups, k, k]: with pictures stored as [N, H, W, C] the engine then computes channels-last throughout, which is
 * faster on a CPU. All other parameters are stored as they are used.
 */
final class ParameterLayout {

    /**
     * The place of one parameter.
     *
     * @param parameter the layer's parameter
     * @param info its name and shape as PyTorch has them
     * @param offset of its first element in the flat vector
     */
    record Slot(Parameter parameter, ParameterInfo info, int offset) {

        int size() {
            return info.size();
        }

        /** Whether it is stored as [out, k, k, in] and used as [out, in, k, k]. */
        boolean channelsLast() {
            return info.shape().size() == 4;
        }

        Shape usedShape() {
            return new Shape(info.shape());
        }

        Shape storedShape() {
            if (!channelsLast()) {
                return usedShape();
            }
            List<Long> s = info.shape();
            return new Shape(s.get(0), s.get(2), s.get(3), s.get(1));
        }
    }

    private final List<Slot> parameters = new ArrayList<>();
    private final List<Slot> buffers = new ArrayList<>();
    private final Map<Parameter, Slot> slots = new IdentityHashMap<>();

    /** Adds a trainable parameter behind those already there. */
    Parameter add(String name, Parameter.Type type, long... shape) {
        return add(parameters, name, type, true, shape);
    }

    /** Adds a running statistic behind those already there. */
    Parameter addBuffer(String name, Parameter.Type type, long... shape) {
        return add(buffers, name, type, false, shape);
    }

    private Parameter add(List<Slot> target, String name, Parameter.Type type, boolean trainable, long... shape) {
        Parameter parameter = Parameter.builder()
                .setName(name)
                .setType(type)
                .optShape(new Shape(shape))
                .optRequiresGrad(trainable)
                .build();
        List<Long> sides = new ArrayList<>();
        for (long side : shape) {
            sides.add(side);
        }
        Slot slot = new Slot(parameter, new ParameterInfo(name, List.copyOf(sides)), size(target));
        target.add(slot);
        slots.put(parameter, slot);
        return parameter;
    }

    List<Slot> parameters() {
        return Collections.unmodifiableList(parameters);
    }

    List<Slot> buffers() {
        return Collections.unmodifiableList(buffers);
    }

    Slot slot(Parameter parameter) {
        return slots.get(parameter);
    }

    /** Number of trainable parameters. */
    int parameterCount() {
        return size(parameters);
    }

    /** Number of running statistics. */
    int bufferCount() {
        return size(buffers);
    }

    private static int size(List<Slot> slots) {
        if (slots.isEmpty()) {
            return 0;
        }
        Slot last = slots.get(slots.size() - 1);
        return Math.addExact(last.offset(), last.size());
    }

    /** Copies a flat vector in PyTorch's layout into one in the stored layout. */
    static float[] toStored(List<Slot> slots, float[] values) {
        return permuted(slots, values, true);
    }

    /** Copies a flat vector in the stored layout into one in PyTorch's layout. */
    static float[] fromStored(List<Slot> slots, float[] stored) {
        return permuted(slots, stored, false);
    }

    private static float[] permuted(List<Slot> slots, float[] from, boolean toStored) {
        if (from.length != size(slots)) {
            throw new IllegalArgumentException(
                    "the network has %d values here, not %d".formatted(size(slots), from.length));
        }
        float[] to = from.clone();
        for (Slot slot : slots) {
            if (!slot.channelsLast()) {
                continue;
            }
            List<Long> s = slot.info().shape();
            int channels = s.get(1).intValue();
            int positions = (int) (s.get(2) * s.get(3));
            for (int o = 0, base = slot.offset(); o < s.get(0); o++, base += channels * positions) {
                for (int c = 0; c < channels; c++) {
                    for (int p = 0; p < positions; p++) {
                        int used = base + c * positions + p;
                        int kept = base + p * channels + c;
                        if (toStored) {
                            to[kept] = from[used];
                        } else {
                            to[used] = from[kept];
                        }
                    }
                }
            }
        }
        return to;
    }
}
