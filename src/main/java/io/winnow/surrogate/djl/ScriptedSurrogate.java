package io.winnow.surrogate.djl;

import io.winnow.platform.SplitMix64;
import io.winnow.surrogate.Direction;
import io.winnow.surrogate.Element;
import io.winnow.surrogate.ForwardBatch;
import io.winnow.surrogate.ForwardListener;
import io.winnow.surrogate.GradientBatch;
import io.winnow.surrogate.GradientListener;
import io.winnow.surrogate.GradientScope;
import io.winnow.surrogate.ModuleLostException;
import io.winnow.surrogate.Normalisation;
import io.winnow.surrogate.ParameterInfo;
import io.winnow.surrogate.SampleShape;
import io.winnow.surrogate.Samples;
import io.winnow.surrogate.StopSignal;
import io.winnow.surrogate.Surrogate;
import io.winnow.surrogate.SurrogateSpec;
import io.winnow.surrogate.TangentKernel;
import io.winnow.surrogate.TrainingListener;
import io.winnow.surrogate.TrainingPosition;
import io.winnow.surrogate.TrainingSpec;
import io.winnow.surrogate.UnusableModelException;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A TorchScript module that runs in a process of its own. Training and forward passes are batched as for any network;
 * per-sample gradients are exact by one backward pass for each sample, for the layers of a script cannot be tapped.
 */
final class ScriptedSurrogate implements Surrogate {

    private static final int GRADIENTS_A_BATCH = 16;
    private static final int SUMMED_A_BATCH = 128;
    private static final int NO_DIRECTION = -1;

    private final SurrogateSpec spec;
    private final ModuleProcess process;
    private final List<ParameterInfo> buffers;

    /**
     * @param process of the module; closed with this
     * @param bufferNames names of its buffers, in their order
     * @param reset whether the weights are drawn from the seed instead of kept as uploaded
     * @throws UnusableModelException when the module does not fit the spec's input and classes
     */
    ScriptedSurrogate(SurrogateSpec spec, ModuleProcess process, List<String> bufferNames, boolean reset, long seed) {
        this.spec = spec;
        this.process = process;
        this.buffers = named(process.buffers(), bufferNames);
        requireFit();
        if (reset) {
            weights(ScriptedInitialisation.parameters(parameters(), seed));
            bufferValues(ScriptedInitialisation.buffers(buffers, bufferValues()));
        }
    }

    private static List<ParameterInfo> named(List<ParameterInfo> numbered, List<String> names) {
        if (numbered.size() != names.size()) {
            throw new UnusableModelException(
                    "the module has %d buffers where %d were found".formatted(numbered.size(), names.size()));
        }
        return IntStream.range(0, names.size())
                .mapToObj(i -> new ParameterInfo(names.get(i), numbered.get(i).shape()))
                .toList();
    }

    /** A dry pass over two made-up samples, twice: the shape must fit, and evaluation mode must not draw. */
    private void requireFit() {
        SampleShape shape = spec.input();
        float[] zeros = new float[shape.channels()];
        float[] ones = new float[shape.channels()];
        Arrays.fill(ones, 0.5f);
        input(shape, Element.UINT8, new Normalisation(zeros, ones));
        Batch batch = new Batch(2, shape.size());
        byte[] picture = new byte[shape.size()];
        SplitMix64 random = SplitMix64.of(0, 0);
        for (int i = 0; i < 2; i++) {
            for (int j = 0; j < picture.length; j++) {
                picture[j] = (byte) random.nextInt(256);
            }
            batch.add(i, 0, 1, picture);
        }
        batch.flip();
        float[] first;
        try {
            first = evaluate(batch);
        } catch (ModuleLostException e) {
            throw e;
        } catch (UnusableModelException e) {
            throw new UnusableModelException("a dry pass over samples of shape [%d, %d, %d] failed: %s"
                    .formatted(shape.channels(), shape.height(), shape.width(), e.getMessage()));
        }
        if (first.length != 2 * spec.classes()) {
            throw new UnusableModelException("the module gives %d logits a sample, but the dataset has %d classes"
                    .formatted(first.length / 2, spec.classes()));
        }
        if (!Arrays.equals(first, evaluate(batch))) {
            throw new UnusableModelException(
                    "two passes over the same samples in evaluation mode differ: something random, such as dropout, is frozen in training mode. Script the module with torch.jit.script and let dropout follow self.training");
        }
    }

    private float[] evaluate(Batch batch) {
        return process.ask(ModuleCommand.EVALUATE, out -> Wire.writeBatch(out, batch), Wire::readFloats);
    }

    private void input(SampleShape shape, Element element, Normalisation normalisation) {
        process.tell(ModuleCommand.INPUT, out -> {
            out.writeInt(shape.channels());
            out.writeInt(shape.height());
            out.writeInt(shape.width());
            out.writeInt(element.ordinal());
            Wire.writeFloats(out, normalisation.mean(), normalisation.mean().length);
            Wire.writeFloats(out, normalisation.std(), normalisation.std().length);
        });
    }

    /** What holds the module's process, see {@link ModuleProcess#confinement}. */
    String confinement() {
        return process.confinement();
    }

    /** Beyond what the process had before the module was loaded. */
    @Override
    public OptionalLong peakMemory() {
        return OptionalLong.of(process.ask(ModuleCommand.PEAK_MEMORY, out -> {}, DataInputStream::readLong));
    }

    @Override
    public SurrogateSpec spec() {
        return spec;
    }

    @Override
    public List<ParameterInfo> parameters() {
        return process.parameters();
    }

    @Override
    public float[] weights() {
        return read(ModuleCommand.READ_PARAMETERS);
    }

    @Override
    public void weights(float[] weights) {
        write(ModuleCommand.WRITE_PARAMETERS, weights, parameters());
    }

    @Override
    public List<ParameterInfo> buffers() {
        return buffers;
    }

    @Override
    public float[] bufferValues() {
        return read(ModuleCommand.READ_BUFFERS);
    }

    @Override
    public void bufferValues(float[] values) {
        write(ModuleCommand.WRITE_BUFFERS, values, buffers);
    }

    private float[] read(ModuleCommand command) {
        return process.ask(command, out -> {}, Wire::readFloats);
    }

    private void write(ModuleCommand command, float[] values, List<ParameterInfo> infos) {
        int expected = count(infos);
        if (values.length != expected) {
            throw new IllegalArgumentException(
                    "the network has %d values here, not %d".formatted(expected, values.length));
        }
        process.tell(command, out -> Wire.writeFloats(out, values, values.length));
    }

    private static int count(List<ParameterInfo> infos) {
        return infos.stream().mapToInt(ParameterInfo::size).sum();
    }

    @Override
    public void train(Samples samples, TrainingSpec spec, long seed, TrainingPosition from, TrainingListener listener) {
        if (from.equals(TrainingPosition.START)) {
            write(ModuleCommand.WRITE_VELOCITY, new float[count(parameters())], parameters());
        }
        boolean normalises = buffers.stream().anyMatch(buffer -> buffer.name().endsWith("running_mean"));
        input(samples.shape(), samples.element(), samples.normalisation());
        // The listener may run passes between two steps; they take the same input.
        try (Learner learner = new ModuleLearner(process, this.spec.classes(), normalises, spec)) {
            new Training(learner, samples, spec, seed, listener).run(from);
        }
    }

    @Override
    public void forward(Samples samples, int from, int to, boolean embeddings, ForwardListener listener) {
        if (embeddings) {
            throw new UnusableModelException(
                    "the input of the last linear layer of a TorchScript module is not to be seen");
        }
        int batchSize = Math.min(to - from, ForwardPass.batchSize(samples.shape()));
        int[] done = {from};
        each(samples, from, to, batchSize, listener, batch -> {
            float[] logits = evaluate(batch);
            listener.batch(new ForwardBatch(done[0], batch.size(), logits, batch.labels, null, 0));
            done[0] += batch.size();
        });
    }

    @Override
    public void perSampleGradients(
            Samples samples,
            int from,
            int to,
            GradientScope scope,
            @Nullable Direction direction,
            GradientListener listener) {
        if (scope == GradientScope.LAST_LAYER) {
            throw new UnusableModelException("which layer of a TorchScript module is the last is not known");
        }
        int number = direction == null ? NO_DIRECTION : ((ModuleDirection) direction).number();
        int classes = spec.classes();
        int[] done = {from};
        each(samples, from, to, GRADIENTS_A_BATCH, listener, batch -> {
            int n = batch.size();
            float[] all = process.ask(
                    ModuleCommand.GRADIENTS,
                    out -> {
                        out.writeInt(number);
                        Wire.writeBatch(out, batch);
                    },
                    Wire::readFloats);
            float[] dots = direction == null ? null : Arrays.copyOfRange(all, n * (classes + 1), n * (classes + 2));
            listener.batch(new GradientBatch(
                    done[0],
                    n,
                    Arrays.copyOfRange(all, n * classes, n * (classes + 1)),
                    dots,
                    Arrays.copyOf(all, n * classes),
                    Arrays.copyOf(batch.labels, n)));
            done[0] += n;
        });
    }

    @Override
    public double[] gradientSum(Samples samples, int from, int to, StopSignal stop) {
        if (from >= to) {
            throw new IllegalArgumentException("the gradients of no samples have no sum");
        }
        process.tell(ModuleCommand.BEGIN_SUM, out -> {});
        each(
                samples,
                from,
                to,
                Math.min(to - from, SUMMED_A_BATCH),
                stop,
                batch -> process.tell(ModuleCommand.ADD_TO_SUM, out -> Wire.writeBatch(out, batch)));
        return process.ask(ModuleCommand.END_SUM, out -> {}, Wire::readDoubles);
    }

    @Override
    public Direction meanOf(double[] gradientSum, int samples) {
        float[] mean = new float[gradientSum.length];
        for (int i = 0; i < mean.length; i++) {
            mean[i] = (float) (gradientSum[i] / samples);
        }
        int number = process.ask(
                ModuleCommand.KEEP_DIRECTION,
                out -> Wire.writeFloats(out, mean, mean.length),
                DataInputStream::readInt);
        return new ModuleDirection(process, number);
    }

    private void each(Samples samples, int from, int to, int batchSize, StopSignal stop, Consumer<Batch> work) {
        if (from >= to) {
            return;
        }
        input(samples.shape(), samples.element(), samples.normalisation());
        try (BatchStream batches = BatchStream.of(samples, from, to, batchSize)) {
            for (Batch batch = batches.next(); batch != null; batch = batches.next()) {
                stop.check();
                work.accept(batch);
            }
        }
    }

    @Override
    public TangentKernel tangentKernel(Samples samples, int[] positions, StopSignal stop) {
        throw new UnusableModelException(
                "a tangent kernel is built layer by layer, and the layers of a TorchScript module are not to be seen");
    }

    @Override
    public void estimateStatistics(Samples samples, int batchSize, int batches, long seed, StopSignal stop) {
        throw new UnusableModelException(
                "which buffers of a TorchScript module are running statistics, and of what, is not known");
    }

    @Override
    public void writeState(OutputStream out) throws IOException {
        new SurrogateState(weights(), bufferValues(), read(ModuleCommand.READ_VELOCITY)).write(spec, out);
    }

    @Override
    public void readState(InputStream in) throws IOException {
        SurrogateState state = SurrogateState.read(spec, count(parameters()), count(buffers), in);
        weights(state.parameters());
        bufferValues(state.buffers());
        write(ModuleCommand.WRITE_VELOCITY, state.velocity(), parameters());
    }

    @Override
    public void close() {
        process.close();
    }

    /** A direction that the module's process keeps. */
    private record ModuleDirection(ModuleProcess process, int number) implements Direction {

        @Override
        public float[] values() {
            return process.ask(ModuleCommand.READ_DIRECTION, out -> out.writeInt(number), Wire::readFloats);
        }

        @Override
        public void close() {
            process.tell(ModuleCommand.FREE_DIRECTION, out -> out.writeInt(number));
        }
    }
}
