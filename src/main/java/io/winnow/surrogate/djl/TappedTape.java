package io.winnow.surrogate.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Puts a tap on the layers' outputs: an array of zeros that is added to the output and asks for its gradient, which after
 * the backward pass is the loss's gradient for the output, sample by sample. The weights ask for none, so that the backward
 * pass is spared their part.
 *
 * <p>A convolution whose output only a batch normalisation reads needs no tap: with fixed statistics the gradient for its
 * output is that of the normalisation's, rescaled. The last layer needs none either: the loss gives its gradient.
 */
final class TappedTape implements Tape {

    /**
     * A layer on the way.
     *
     * @param input what it read
     * @param tap whose gradient is that for its output, or where it is normalised at once for the normalisation's; null for
     *     the last layer
     */
    record Tapped(Layer layer, NDArray input, @Nullable Tap tap) {

        /** The loss's gradient for the output, of the output's shape; to be asked after the backward pass. */
        NDArray gradient() {
            NDArray gradient = tap.array().getGradient();
            return tap.channelsLast() ? gradient.transpose(0, 3, 1, 2) : gradient;
        }
    }

    /** An array that asks for its gradient; pictures may be seen as [N, H, W, C]. */
    record Tap(NDArray array, boolean channelsLast) {}

    private final Map<Layer, Layer> normalisedBy;
    private final Layer last;
    private final boolean all;
    private final Map<Layer, NDArray> inputs = new LinkedHashMap<>();
    private final Map<Layer, Tap> taps = new IdentityHashMap<>();

    /**
     * @param normalisedBy convolutions to the batch normalisations that alone read their outputs
     * @param last the layer that makes the logits
     * @param all whether layers before the last are tapped
     */
    TappedTape(Map<Layer, Layer> normalisedBy, Layer last, boolean all) {
        this.normalisedBy = normalisedBy;
        this.last = last;
        this.all = all;
    }

    @Override
    public NDArray record(Layer layer, NDArray input, NDArray output) {
        if (layer != last && !all) {
            return output;
        }
        // Another handle of the same memory: a pass that keeps no arrays closes its own.
        if (inputs.put(layer, GradientTensors.view(input, input.getManager())) != null) {
            throw new IllegalStateException("%s is used twice in a pass: its parts don't add up".formatted(layer));
        }
        if (layer != last && !normalisedBy.containsKey(layer)) {
            taps.put(layer, tap(output));
        }
        return output;
    }

    @Override
    public boolean keepsArrays() {
        return all;
    }

    /** The layers in the order of the pass; to be asked after it. */
    List<Tapped> tapped() {
        return inputs.entrySet().stream()
                .map(e -> new Tapped(
                        e.getKey(), e.getValue(), taps.get(normalisedBy.getOrDefault(e.getKey(), e.getKey()))))
                .toList();
    }

    /** Whether a backward pass has anything to find. */
    boolean hasTaps() {
        return !taps.isEmpty();
    }

    private Tap tap(NDArray output) {
        if (taps.isEmpty()) {
            // Nothing before the first tap asks for a gradient: that output is its own tap.
            output.setRequiresGradient(true);
            return new Tap(output, false);
        }
        // One zero seen as many takes no memory; stored as the output is, its gradient comes without a change of
        // layout.
        boolean pictures = output.getShape().dimension() == 4;
        NDArray seen = pictures ? GradientTensors.channelsLast(output) : output;
        NDArray tap = output.getManager().zeros(new Shape(1)).broadcast(seen.getShape());
        tap.setRequiresGradient(true);
        output.addi(pictures ? tap.transpose(0, 3, 1, 2) : tap);
        return new Tap(tap, pictures);
    }
}
