package io.winnow.surrogate.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Parameter;
import io.winnow.surrogate.djl.ParameterLayout.Slot;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The gradient formula of each layer of a network, at its weights of this moment and for a direction. */
final class GradientFormulas {

    private final Network network;
    private final NDManager manager;
    private final @Nullable NDArray direction;
    private final GradientScratch scratch;
    private final Map<Layer, Layer> normalisedBy = new IdentityHashMap<>();
    private final Map<Layer, GradientFormula> formulas = new IdentityHashMap<>();

    /**
     * @param manager keeps what the formulas need as long as they are used
     * @param direction V, [parameters] in the stored layout, or null
     */
    GradientFormulas(Network network, NDManager manager, @Nullable NDArray direction, GradientScratch scratch) {
        this.network = network;
        this.manager = manager;
        this.direction = direction;
        this.scratch = scratch;
        pair(network.block());
        network.layers().forEach(layer -> formulas.put(layer, formula(layer)));
    }

    /** Convolutions to the batch normalisations that alone read their outputs. */
    Map<Layer, Layer> normalisedBy() {
        return normalisedBy;
    }

    GradientFormula of(Layer layer) {
        return formulas.get(layer);
    }

    private void pair(NetworkBlock block) {
        List<NetworkBlock> children = new ArrayList<>();
        block.getChildren().values().forEach(child -> children.add((NetworkBlock) child));
        if (block instanceof Chain) {
            for (int i = 1; i < children.size(); i++) {
                if (children.get(i - 1) instanceof Convolution convolution
                        && children.get(i) instanceof BatchNormalisation normalisation) {
                    normalisedBy.put(convolution, normalisation);
                }
            }
        }
        children.forEach(this::pair);
    }

    private GradientFormula formula(Layer layer) {
        if (layer instanceof Convolution convolution) {
            NDArray scale = outputScale(convolution);
            NDArray kernels = part(convolution.weight());
            NDArray bias = part(convolution.bias());
            return GradientOfDepthwise.applies(convolution.geometry())
                    ? new GradientOfDepthwise(convolution.geometry(), scale, kernels, bias, scratch)
                    : new GradientOfConvolution(convolution.geometry(), scale, kernels, bias, scratch, null);
        }
        if (layer instanceof BatchNormalisation normalisation) {
            return new GradientOfScale(
                    normaliser(normalisation), part(normalisation.scale()), part(normalisation.shift()), scratch);
        }
        if (layer instanceof LayerNormalisation normalisation) {
            return new GradientOfScale(
                    normaliser(normalisation), part(normalisation.scale()), part(normalisation.shift()), scratch);
        }
        if (layer instanceof Positions positions) {
            return new GradientOfPositions(
                    positions.classToken() != null, part(positions.table()), part(positions.classToken()), scratch);
        }
        if (layer instanceof LinearLayer linear) {
            return new GradientOfLinear(true, part(linear.weight()), part(linear.bias()), scratch, null);
        }
        throw new IllegalArgumentException("no gradient formula for %s".formatted(layer));
    }

    /** Where only a batch normalisation reads the output, the factors by channel that it is rescaled by, [out]; else null. */
    @Nullable
    NDArray outputScale(Convolution convolution) {
        return normalisedBy.get(convolution) instanceof BatchNormalisation normalisation
                ? inverseDeviation(normalisation).muli(value(normalisation.scale()))
                : null;
    }

    GradientOfScale.Normaliser normaliser(BatchNormalisation normalisation) {
        return GradientOfScale.fixed(value(normalisation.runningMean()), inverseDeviation(normalisation));
    }

    GradientOfScale.Normaliser normaliser(LayerNormalisation normalisation) {
        return GradientOfScale.overLastAxis(LayerNormalisation.EPSILON);
    }

    private NDArray inverseDeviation(BatchNormalisation normalisation) {
        NDArray deviation = value(normalisation.runningVariance())
                .add(BatchNormalisation.EPSILON)
                .sqrt();
        return deviation.getManager().ones(deviation.getShape()).divi(deviation);
    }

    private NDArray value(Parameter parameter) {
        NDArray value = network.weights().value(parameter);
        return GradientTensors.view(value, manager);
    }

    /** The direction's part for a parameter, stored layout. */
    private @Nullable NDArray part(@Nullable Parameter parameter) {
        if (direction == null || parameter == null) {
            return null;
        }
        Slot slot = network.layout().slot(parameter);
        return GradientTensors.slice(direction, slot.offset(), slot.offset() + slot.size(), manager)
                .reshape(slot.storedShape());
    }
}
