package io.winnow.surrogate.djl;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import io.winnow.surrogate.Direction;
import io.winnow.surrogate.ForwardListener;
import io.winnow.surrogate.GradientListener;
import io.winnow.surrogate.GradientScope;
import io.winnow.surrogate.ParameterInfo;
import io.winnow.surrogate.Samples;
import io.winnow.surrogate.StopSignal;
import io.winnow.surrogate.Surrogate;
import io.winnow.surrogate.SurrogateSpec;
import io.winnow.surrogate.TangentKernel;
import io.winnow.surrogate.TrainingListener;
import io.winnow.surrogate.TrainingPosition;
import io.winnow.surrogate.TrainingSpec;
import io.winnow.surrogate.djl.ParameterLayout.Slot;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A network of {@link Networks} on one device. Whatever works on the device waits for its turn in the process. */
final class DjlSurrogate implements Surrogate {

    private final Network network;
    private final NDArray velocity;
    private final long maxExtraMemory;

    /** @param maxExtraMemory bytes that a pass of gradients may take beyond the network's own */
    DjlSurrogate(SurrogateSpec spec, Device device, long seed, long maxExtraMemory) {
        this.maxExtraMemory = maxExtraMemory;
        this.network = new Network(spec, device, seed);
        this.velocity = network.manager().zeros(new Shape(network.layout().parameterCount()));
    }

    /** For the passes of this package. */
    Network network() {
        return network;
    }

    @Override
    public SurrogateSpec spec() {
        return network.spec();
    }

    @Override
    public List<ParameterInfo> parameters() {
        return network.layout().parameters().stream().map(Slot::info).toList();
    }

    @Override
    public List<ParameterInfo> buffers() {
        return network.layout().buffers().stream().map(Slot::info).toList();
    }

    @Override
    public float[] weights() {
        return NativeEngine.exclusively(() -> network.parameterValues());
    }

    @Override
    public void weights(float[] weights) {
        NativeEngine.exclusively(() -> network.parameterValues(weights));
    }

    @Override
    public float[] bufferValues() {
        return NativeEngine.exclusively(() -> network.bufferValues());
    }

    @Override
    public void bufferValues(float[] values) {
        NativeEngine.exclusively(() -> network.bufferValues(values));
    }

    @Override
    public void train(Samples samples, TrainingSpec spec, long seed, TrainingPosition from, TrainingListener listener) {
        NativeEngine.exclusively(() -> {
            if (from.equals(TrainingPosition.START)) {
                Network.overwrite(velocity, new float[network.layout().parameterCount()]);
            }
            try (Learner learner = new NetworkLearner(network, velocity, samples, spec)) {
                new Training(learner, samples, spec, seed, listener).run(from);
            }
        });
    }

    @Override
    public void forward(Samples samples, int from, int to, boolean embeddings, ForwardListener listener) {
        NativeEngine.exclusively(() -> new ForwardPass(network).run(samples, from, to, embeddings, listener));
    }

    @Override
    public void perSampleGradients(
            Samples samples,
            int from,
            int to,
            GradientScope scope,
            @Nullable Direction direction,
            GradientListener listener) {
        NDArray vector = direction == null ? null : ((GradientDirection) direction).stored();
        NativeEngine.exclusively(
                () -> new PerSampleGradients(network, maxExtraMemory).run(samples, from, to, scope, vector, listener));
    }

    @Override
    public double[] gradientSum(Samples samples, int from, int to, StopSignal stop) {
        return NativeEngine.exclusively(() -> new GradientTotal(network, maxExtraMemory).run(samples, from, to, stop));
    }

    @Override
    public Direction meanOf(double[] gradientSum, int samples) {
        float[] mean = new float[gradientSum.length];
        for (int i = 0; i < mean.length; i++) {
            mean[i] = (float) (gradientSum[i] / samples);
        }
        return NativeEngine.exclusively(
                () -> new GradientDirection(network.layout(), network.manager().create(mean)));
    }

    @Override
    public TangentKernel tangentKernel(Samples samples, int[] positions, StopSignal stop) {
        return NativeEngine.exclusively(() -> new TangentPass(network, maxExtraMemory).run(samples, positions, stop));
    }

    @Override
    public void estimateStatistics(Samples samples, int batchSize, int batches, long seed, StopSignal stop) {
        NativeEngine.exclusively(() -> new StatisticsPass(network).run(samples, batchSize, batches, seed, stop));
    }

    @Override
    public void writeState(OutputStream out) throws IOException {
        SurrogateState state = NativeEngine.exclusively(() -> new SurrogateState(
                network.parameterValues(),
                network.bufferValues(),
                ParameterLayout.fromStored(network.layout().parameters(), velocity.toFloatArray())));
        state.write(spec(), out);
    }

    @Override
    public void readState(InputStream in) throws IOException {
        ParameterLayout layout = network.layout();
        SurrogateState state = SurrogateState.read(spec(), layout.parameterCount(), layout.bufferCount(), in);
        NativeEngine.exclusively(() -> {
            network.parameterValues(state.parameters());
            network.bufferValues(state.buffers());
            Network.overwrite(velocity, ParameterLayout.toStored(layout.parameters(), state.velocity()));
        });
    }

    @Override
    public void freeUnusedMemory() {
        if (network.device().isGpu()) {
            NativeEngine.exclusively(JniUtils::emptyCudaCache);
        }
    }

    @Override
    public void close() {
        NativeEngine.exclusively(network::close);
    }
}
