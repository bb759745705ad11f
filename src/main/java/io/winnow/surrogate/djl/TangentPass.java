package io.winnow.surrogate.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import io.winnow.surrogate.Samples;
import io.winnow.surrogate.StopSignal;
import io.winnow.surrogate.TangentKernel;
import io.winnow.surrogate.djl.TangentTerms.Of;
import io.winnow.surrogate.djl.TappedTape.Tapped;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The tangent kernel of a network's logits. For each class a forward pass with taps and a backward pass give what each
 * layer read and the gradients of that class's logit for what it wrote; {@link TangentTerm terms} make of these their part of
 * the kernel. Terms that don't fit in memory together take turns, each turn with passes of its own.
 */
final class TangentPass {

    private final Network network;
    private final long maxBytes;

    /** @param maxBytes memory that the pass may take beyond the network's own and the kernel's, on its device */
    TangentPass(Network network, long maxBytes) {
        this.network = network;
        this.maxBytes = maxBytes;
    }

    TangentKernel run(Samples samples, int[] positions, StopSignal stop) {
        int classes = network.spec().classes();
        int side = TangentKernel.sideOf(positions.length, classes);
        if (side == 0) {
            return new TangentKernel(0, classes, new double[0]);
        }
        GradientScratch scratch =
                GradientScratch.of(Math.max(1, maxBytes / 4), network.device().isGpu());
        try (NDManager manager = network.manager().newSubManager()) {
            GradientFormulas formulas = new GradientFormulas(network, manager, null, scratch);
            long kept = Math.max(1, maxBytes / 2);
            NDArray kernel = manager.zeros(new Shape(side, side), DataType.FLOAT64);
            List<Of> terms = new TangentTerms(network, formulas, positions.length, kept, scratch).all();
            for (List<Of> turn : turns(terms, kept)) {
                try (NDManager keeping = manager.newSubManager()) {
                    turn.forEach(of -> of.term().open(keeping));
                    show(turn, formulas, samples, positions, keeping, stop);
                    for (Of of : turn) {
                        stop.check();
                        of.term().addTo(kernel);
                        of.term().close();
                    }
                }
            }
            return new TangentKernel(positions.length, classes, kernel.toDoubleArray());
        }
    }

    /** As many terms at a time as keep to the bound together. */
    static List<List<Of>> turns(List<Of> terms, long maxBytes) {
        List<List<Of>> turns = new ArrayList<>();
        long bytes = Long.MAX_VALUE;
        for (Of of : terms) {
            long more = of.term().bytes();
            if (bytes > maxBytes - more) {
                turns.add(new ArrayList<>());
                bytes = 0;
            }
            turns.get(turns.size() - 1).add(of);
            bytes += more;
        }
        return turns;
    }

    private void show(
            List<Of> terms,
            GradientFormulas formulas,
            Samples samples,
            int[] positions,
            NDManager manager,
            StopSignal stop) {
        int batchSize = Math.min(positions.length, GradientMemory.batchSize(network, Math.max(1, maxBytes / 4)));
        try (InputNormalisation normalisation = new InputNormalisation(manager, samples);
                BatchStream batches = new BatchStream(
                        samples,
                        i -> positions[i],
                        positions.length,
                        batchSize,
                        PictureLayout.plain(samples.shape()))) {
            int done = 0;
            for (Batch batch = batches.next(); batch != null; batch = batches.next()) {
                try (NDManager working = manager.newSubManager()) {
                    show(terms, formulas, normalisation.input(working, batch), done, stop);
                }
                done += batch.size();
            }
        }
    }

    /**
     * A forward pass for each class: the gradients of two taps, such as those before a sum, may be views of one memory, so that
     * those of a second backward pass could not be told from the first's.
     */
    private void show(List<Of> terms, GradientFormulas formulas, NDArray input, int from, StopSignal stop) {
        LinearLayer last = network.lastLayer();
        boolean before = terms.stream().anyMatch(of -> of.layer() != last);
        for (int k = 0; k < network.spec().classes(); k++) {
            stop.check();
            try (NDManager scope = input.getManager().newSubManager()) {
                NDArray read = GradientTensors.view(input, scope);
                TappedTape tape = new TappedTape(formulas.normalisedBy(), last, before);
                NDArray logits = NativeEngine.recorded(() -> network.apply(network.weights(), read, false, tape));
                NDArray ofClass = ofClass(scope, logits.getShape().get(0), k);
                if (tape.hasTaps()) {
                    JniUtils.backward((PtNDArray) logits, (PtNDArray) ofClass, false, false);
                }
                for (Tapped tapped : tape.tapped()) {
                    see(terms, tapped, tapped.layer() == last ? ofClass : null, from, k, scope);
                }
            }
        }
    }

    private static void see(
            List<Of> terms, Tapped tapped, @Nullable NDArray ofClass, int from, int k, NDManager scope) {
        for (Of of : terms) {
            if (of.layer() == tapped.layer()) {
                try (NDManager own = scope.newSubManager()) {
                    NDArray gradient = ofClass == null ? tapped.gradient() : ofClass;
                    of.term()
                            .see(
                                    from,
                                    k,
                                    GradientTensors.view(tapped.input(), own),
                                    GradientTensors.view(gradient, own));
                }
            }
        }
    }

    /** ∂(Σ_i z_k(x_i))/∂z, [n, classes]. */
    private NDArray ofClass(NDManager manager, long size, int k) {
        long[] repeated = new long[(int) size];
        Arrays.fill(repeated, k);
        return manager.create(repeated).oneHot(network.spec().classes());
    }
}
