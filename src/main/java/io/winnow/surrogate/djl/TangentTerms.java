package io.winnow.surrogate.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.winnow.surrogate.SampleShape;
import io.winnow.surrogate.djl.Convolution.Geometry;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.LongFunction;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Cuts a network's parameters into terms of a tangent kernel, none of which keeps more than a bound where that can be. */
final class TangentTerms {

    /** A term and the layer whose parameters are in it. */
    record Of(Layer layer, TangentTerm term) {}

    private final Network network;
    private final GradientFormulas formulas;
    private final long samples;
    private final long classes;
    private final long maxBytes;
    private final GradientScratch scratch;
    private final List<Of> terms = new ArrayList<>();

    /**
     * @param samples m
     * @param maxBytes what a term should keep at most
     */
    TangentTerms(Network network, GradientFormulas formulas, long samples, long maxBytes, GradientScratch scratch) {
        this.network = network;
        this.formulas = formulas;
        this.samples = samples;
        this.classes = network.spec().classes();
        this.maxBytes = maxBytes;
        this.scratch = scratch;
    }

    /** All terms, in the order of the pass. */
    List<Of> all() {
        SampleShape shape = network.spec().input();
        try (NDManager manager = network.manager().newSubManager()) {
            NDArray sample = manager.zeros(new Shape(1, shape.channels(), shape.height(), shape.width()));
            network.apply(network.weights(), sample, false, new Shapes());
        }
        return terms;
    }

    private final class Shapes implements Tape {

        @Override
        public NDArray record(Layer layer, NDArray input, NDArray output) {
            add(layer, input.getShape(), output.getShape());
            return output;
        }

        @Override
        public boolean keepsArrays() {
            return false;
        }
    }

    private void add(Layer layer, Shape input, Shape output) {
        if (layer instanceof Convolution convolution) {
            NDArray scale = formulas.outputScale(convolution);
            addKernels(
                    layer,
                    convolution.geometry(),
                    new TangentPlaces(input.get(2), input.get(3), output.get(2), output.get(3)),
                    GradientTensors::channelsLast,
                    scale);
            if (convolution.geometry().biased()) {
                addShift(layer, convolution.geometry().out(), scale);
            }
        } else if (layer instanceof LinearLayer linear && input.dimension() == 2) {
            cut(layer, linear.out(), (from, count) -> new TangentOfLinear(samples, classes, linear.in(), from, count));
        } else if (layer instanceof LinearLayer linear) {
            long tokens = input.size() / linear.in();
            addKernels(
                    layer,
                    new Geometry(linear.in(), linear.out(), 1, 1, 0, 1, 1, false),
                    new TangentPlaces(tokens, 1, tokens, 1),
                    array -> array.reshape(array.getShape().get(0), tokens, 1, -1),
                    null);
            addShift(layer, linear.out(), null);
        } else if (layer instanceof BatchNormalisation normalisation) {
            addScale(layer, normalisation.channels(), formulas.normaliser(normalisation));
        } else if (layer instanceof LayerNormalisation normalisation) {
            addScale(layer, input.get(input.dimension() - 1), formulas.normaliser(normalisation));
        } else if (layer instanceof Positions positions) {
            addRows(layer, output.size(), (read, gradient) -> gradient);
            if (positions.classToken() != null) {
                addRows(layer, output.get(2), (read, gradient) -> first(gradient));
            }
        } else {
            throw new IllegalArgumentException("no tangent kernel for %s".formatted(layer));
        }
    }

    private void addRows(Layer layer, long width, BinaryOperator<NDArray> gradients) {
        terms.add(new Of(layer, new TangentOfRows(samples, classes, width, gradients)));
    }

    /** A bias or shift: Σ_p B. */
    private void addShift(Layer layer, long width, @Nullable NDArray scale) {
        addRows(layer, width, (read, gradient) -> {
            NDArray sums = GradientOfScale.positions(gradient).sum(new int[] {1});
            return scale == null ? sums : sums.muli(scale);
        });
    }

    private void addScale(Layer layer, long width, GradientOfScale.Normaliser normaliser) {
        addRows(layer, 2 * width, (read, gradient) -> {
            NDArray b = GradientOfScale.positions(gradient);
            NDArray shifts = b.sum(new int[] {1});
            NDArray scales = normaliser.scaleGradients(GradientOfScale.positions(read), b, shifts);
            return NDArrays.concat(new NDList(scales, shifts), 1);
        });
    }

    private static NDArray first(NDArray tokens) {
        return GradientTensors.box(
                tokens, new long[] {0, 0}, new long[] {tokens.getShape().get(0), 1}, new long[] {1, 1});
    }

    private void addKernels(
            Layer layer,
            Geometry geometry,
            TangentPlaces places,
            UnaryOperator<NDArray> channelsLast,
            @Nullable NDArray scale) {
        cut(
                layer,
                TangentOfKernels.units(geometry),
                (from, count) -> new TangentOfKernels(
                        samples, classes, geometry, places, from, count, channelsLast, scale, scratch));
    }

    /** Makes a term of some units of a layer. */
    @FunctionalInterface
    private interface Cutter {

        TangentTerm some(long from, long count);
    }

    /** As few terms of units in equal numbers as keep to the bound each. */
    private void cut(Layer layer, long units, Cutter cutter) {
        LongFunction<TangentTerm> ofSize = count -> cutter.some(0, count);
        long step = units;
        while (step > 1 && ofSize.apply(step).bytes() > maxBytes) {
            step = (step + 1) / 2;
        }
        for (long from = 0; from < units; from += step) {
            terms.add(new Of(layer, cutter.some(from, Math.min(step, units - from))));
        }
    }
}
