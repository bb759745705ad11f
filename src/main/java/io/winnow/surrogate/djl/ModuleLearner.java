package io.winnow.surrogate.djl;

import io.winnow.surrogate.TrainingSpec;
import io.winnow.surrogate.UnusableModelException;
import java.io.DataInputStream;
import java.util.function.Supplier;

/** Steps of a module in its process. */
final class ModuleLearner implements Learner {

    private final ModuleProcess process;
    private final int classes;
    private final boolean normalisesBatches;
    private final TrainingSpec spec;

    ModuleLearner(ModuleProcess process, int classes, boolean normalisesBatches, TrainingSpec spec) {
        this.process = process;
        this.classes = classes;
        this.normalisesBatches = normalisesBatches;
        this.spec = spec;
    }

    @Override
    public int classes() {
        return classes;
    }

    @Override
    public boolean normalisesBatches() {
        return normalisesBatches;
    }

    @Override
    public void begin(long seed, long step) {
        process.tell(ModuleCommand.SEED, out -> out.writeLong(Seeds.dropout(seed, step)));
    }

    @Override
    public void step(Batch batch, double learningRate, float[] logits, Supplier<float[]> lossGradient) {
        float[] read =
                process.ask(ModuleCommand.FORWARD, out -> Wire.writeBatch(out, batch), in -> Wire.readFloats(in));
        int count = batch.size() * classes;
        if (read.length != count) {
            throw new UnusableModelException("the module gives %d numbers for %d samples in training, not %d"
                    .formatted(read.length, batch.size(), count));
        }
        System.arraycopy(read, 0, logits, 0, count);
        float[] gradient = lossGradient.get();
        process.tell(ModuleCommand.STEP, out -> {
            Wire.writeFloats(out, gradient, count);
            out.writeDouble(learningRate);
            out.writeDouble(spec.momentum());
            out.writeBoolean(spec.nesterov());
            out.writeDouble(spec.weightDecay());
        });
    }

    @Override
    public boolean isFinite() {
        return process.ask(ModuleCommand.IS_FINITE, out -> {}, DataInputStream::readBoolean);
    }

    @Override
    public void close() {}
}
