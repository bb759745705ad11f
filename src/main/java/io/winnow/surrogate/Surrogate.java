package io.winnow.surrogate;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * One network on one device: its weights, the optimizer's state and what can be asked of both. Not safe for concurrent
 * use. Passes run in evaluation mode (running statistics of batch normalisation, no augmentation) and change nothing.
 */
public interface Surrogate extends AutoCloseable {

    SurrogateSpec spec();

    /** The trainable parameters in the order of {@link #weights()}. */
    List<ParameterInfo> parameters();

    /** A copy of all trainable parameters, flat, in the order of {@link #parameters()}. */
    float[] weights();

    /** Replaces all trainable parameters. */
    void weights(float[] weights);

    /** The running statistics of batch normalisation: not trained, but part of the function that is evaluated. */
    List<ParameterInfo> buffers();

    /** A copy of all running statistics, flat, in the order of {@link #buffers()}. */
    float[] bufferValues();

    void bufferValues(float[] values);

    /**
     * Trains from where a training stands to {@code spec.epochs()}. The order of the samples and their augmentation are
     * functions of (seed, epoch) alone, what a network draws is one of (seed, step): a training that was stopped at any step
     * goes on from {@link #readState} bit for bit as if it had not been.
     *
     * @throws TrainingDivergedException when a loss is NaN or infinite
     * @throws TrainingStoppedException when the listener says stop
     */
    void train(Samples samples, TrainingSpec spec, long seed, TrainingPosition from, TrainingListener listener);

    /**
     * One forward pass over the samples at positions {@code from} … {@code to}−1, in order.
     *
     * @param embeddings whether the batches carry the input of the last linear layer
     */
    void forward(Samples samples, int from, int to, boolean embeddings, ForwardListener listener);

    /**
     * Exact per-sample gradients of the cross-entropy over all trainable parameters, for the positions {@code from} …
     * {@code to}−1, in order. Gives for each sample ‖∇ℓ‖² and, where a direction is given, ⟨∇ℓ, direction⟩.
     *
     * @param scope all parameters or the last linear layer's
     * @param direction null, or a vector made by {@link #meanGradient} of this surrogate at these weights
     */
    void perSampleGradients(
            Samples samples,
            int from,
            int to,
            GradientScope scope,
            @Nullable Direction direction,
            GradientListener listener);

    /**
     * The mean gradient ḡ = (1/N) Σ ∇ℓ(z, w) over the samples at positions {@code from} … {@code to}−1, in evaluation mode.
     * The caller closes it.
     */
    default Direction meanGradient(Samples samples, int from, int to, StopSignal stop) {
        return meanOf(gradientSum(samples, from, to, stop), to - from);
    }

    /**
     * Σ ∇ℓ(z, w) over the samples at positions {@code from} … {@code to}−1, in evaluation mode and double precision, so that
     * sums over parts of the samples can be added up in a fixed order by whoever has them.
     *
     * @return [parameters], in an order of its own that is the same for all surrogates of a spec
     */
    double[] gradientSum(Samples samples, int from, int to, StopSignal stop);

    /**
     * A sum of gradients over their number. The caller closes it.
     *
     * @param gradientSum from {@link #gradientSum} of a surrogate of this spec, or several of them added up
     */
    Direction meanOf(double[] gradientSum, int samples);

    /**
     * The tangent kernel of the logits over all trainable parameters for some samples, exact up to rounding. Takes a forward
     * and a backward pass for each class, several times where the layers' parts don't fit in memory at
     * once; no more than a part of one layer's gradients exists at a time.
     *
     * @param positions the samples x_0 … x_m−1, in the order of the kernel's rows
     * @throws UnusableModelException when the network's layers cannot be seen
     */
    TangentKernel tangentKernel(Samples samples, int[] positions, StopSignal stop);

    /**
     * Takes the running statistics of batch normalisation anew at the weights of this moment: each becomes the mean of the
     * batches' statistics (the variance's with n − 1 below), weighted by the batches' sizes, over batches in training mode
     * without augmentation. The batches are the first ones of a training's first epoch under the seed. A last batch of one
     * sample is left out. Nothing happens to a network without running statistics.
     *
     * @param batchSize samples a batch, at least 2
     * @param batches how many at most, at least 1
     * @throws UnusableModelException when the network's layers cannot be seen
     */
    void estimateStatistics(Samples samples, int batchSize, int batches, long seed, StopSignal stop);

    /**
     * The most bytes that it took so far where it has a process of its own; nothing where it shares this one, of which the
     * operating system tells.
     */
    default OptionalLong peakMemory() {
        return OptionalLong.empty();
    }

    /** Gives memory that the engine keeps for arrays to come back to the device, after one did not fit. */
    default void freeUnusedMemory() {}

    /** Writes weights, running statistics and the optimizer's velocity. */
    void writeState(OutputStream out) throws IOException;

    /** Reads what {@link #writeState} wrote for a surrogate of the same spec. */
    void readState(InputStream in) throws IOException;

    @Override
    void close();
}
