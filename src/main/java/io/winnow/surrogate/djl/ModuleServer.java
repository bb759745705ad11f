package io.winnow.surrogate.djl;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.jni.JniUtils;
import io.winnow.surrogate.Augmentation;
import io.winnow.surrogate.Element;
import io.winnow.surrogate.LearningRateSchedule;
import io.winnow.surrogate.Normalisation;
import io.winnow.surrogate.ParameterInfo;
import io.winnow.surrogate.SampleShape;
import io.winnow.surrogate.TrainingSpec;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The process that runs a TorchScript module and nothing else: it has no network, no credentials and no file that it may
 * write, and answers the commands that come in by its standard input until that ends.
 */
public final class ModuleServer {

    private static final ModuleCommand[] COMMANDS = ModuleCommand.values();
    private static final int LONGEST_MESSAGE = 2_000;

    private final DataInputStream in;
    private final DataOutputStream out;
    private final ScriptedModule module;
    private final long memoryAtStart;
    private final Map<Integer, NDArray> directions = new HashMap<>();
    private int directionsMade;
    private int sampleBytes;

    private ModuleServer(DataInputStream in, DataOutputStream out, ScriptedModule module, long memoryAtStart) {
        this.in = in;
        this.out = out;
        this.module = module;
        this.memoryAtStart = memoryAtStart;
    }

    /** @param args the file, the name of the buffers' method, the device's number or −1, threads, bytes of memory */
    public static void main(String[] args) throws IOException {
        Path file = Path.of(args[0]);
        int gpu = Integer.parseInt(args[2]);
        OutputStream answers = Confinement.takeStandardOutput();
        DataInputStream in = new DataInputStream(new BufferedInputStream(System.in, 1 << 16));
        System.setIn(InputStream.nullInputStream());
        DataOutputStream out = new DataOutputStream(new BufferedOutputStream(answers, 1 << 16));
        NativeEngine.start(Integer.parseInt(args[3]));
        Device device = gpu < 0 ? Device.cpu() : Device.gpu(gpu);
        NativeEngine.newManager(device).close();
        String confined = Confinement.enter(file, gpu >= 0, Long.parseLong(args[4]));
        JniUtils.setGradMode(false);
        long memory = Confinement.memory("VmRSS");
        try (ScriptedModule module = new ScriptedModule(file, device, args[1])) {
            out.writeByte(0);
            out.writeUTF(confined);
            write(out, module.tensors().parameters());
            write(out, module.tensors().buffers());
            out.flush();
            new ModuleServer(in, out, module, memory).serve();
        } catch (RuntimeException | LinkageError | OutOfMemoryError e) {
            fail(out, e);
        }
    }

    private static void write(DataOutputStream out, List<ParameterInfo> infos) throws IOException {
        out.writeInt(infos.size());
        for (ParameterInfo info : infos) {
            out.writeUTF(info.name());
            out.writeInt(info.shape().size());
            for (long side : info.shape()) {
                out.writeLong(side);
            }
        }
    }

    private static void fail(DataOutputStream out, Throwable e) throws IOException {
        String message = e instanceof OutOfMemoryError ? "out of memory" : String.valueOf(e.getMessage());
        out.writeByte(1);
        out.writeUTF(message.substring(0, Math.min(LONGEST_MESSAGE, message.length())));
        out.flush();
    }

    private void serve() throws IOException {
        for (int command = in.read(); command >= 0; command = in.read()) {
            try {
                Answer answer = work(COMMANDS[command]);
                out.writeByte(0);
                answer.write(out);
                out.flush();
            } catch (RuntimeException | LinkageError | OutOfMemoryError e) {
                fail(out, e);
                return;
            }
        }
    }

    @FunctionalInterface
    private interface Answer {
        void write(DataOutputStream out) throws IOException;
    }

    private static Answer nothing() {
        return out -> {};
    }

    private static Answer floats(float[] values) {
        return out -> Wire.writeFloats(out, values, values.length);
    }

    private Answer work(ModuleCommand command) throws IOException {
        return switch (command) {
            case INPUT -> input();
            case SEED -> {
                module.seed(in.readLong());
                yield nothing();
            }
            case EVALUATE -> withBatch(batch -> floats(module.evaluate(batch)));
            case FORWARD -> withBatch(batch -> floats(module.forward(batch)));
            case STEP -> step();
            case IS_FINITE -> {
                boolean finite = module.tensors().isFinite();
                yield out -> out.writeBoolean(finite);
            }
            case GRADIENTS -> {
                NDArray direction = directions.get(in.readInt());
                yield withBatch(batch -> floats(module.gradients(batch, direction)));
            }
            case BEGIN_SUM -> {
                module.beginSum();
                yield nothing();
            }
            case ADD_TO_SUM ->
                withBatch(batch -> {
                    module.addToSum(batch);
                    return nothing();
                });
            case END_SUM -> {
                double[] sum = module.endSum();
                yield out -> Wire.writeDoubles(out, sum);
            }
            case KEEP_DIRECTION -> {
                int number = directionsMade++;
                directions.put(number, module.tensors().vector(Wire.readFloats(in)));
                yield out -> out.writeInt(number);
            }
            case READ_DIRECTION -> floats(directions.get(in.readInt()).toFloatArray());
            case FREE_DIRECTION -> {
                directions.remove(in.readInt()).close();
                yield nothing();
            }
            case READ_PARAMETERS -> floats(module.tensors().parameterValues());
            case WRITE_PARAMETERS -> {
                module.tensors().parameterValues(Wire.readFloats(in));
                yield nothing();
            }
            case READ_BUFFERS -> floats(module.tensors().bufferValues());
            case WRITE_BUFFERS -> {
                module.tensors().bufferValues(Wire.readFloats(in));
                yield nothing();
            }
            case READ_VELOCITY -> floats(module.tensors().velocityValues());
            case WRITE_VELOCITY -> {
                module.tensors().velocityValues(Wire.readFloats(in));
                yield nothing();
            }
            case PEAK_MEMORY -> out -> out.writeLong(Math.max(0, Confinement.memory("VmHWM") - memoryAtStart));
        };
    }

    private Answer input() throws IOException {
        SampleShape shape = new SampleShape(in.readInt(), in.readInt(), in.readInt());
        Element element = Element.values()[in.readInt()];
        sampleBytes = Math.multiplyExact(shape.size(), element.bytes());
        module.input(shape, element, new Normalisation(Wire.readFloats(in), Wire.readFloats(in)));
        return nothing();
    }

    private Answer step() throws IOException {
        float[] gradient = Wire.readFloats(in);
        double learningRate = in.readDouble();
        TrainingSpec spec = new TrainingSpec(
                1,
                1,
                learningRate,
                in.readDouble(),
                in.readBoolean(),
                in.readDouble(),
                new LearningRateSchedule.Constant(),
                Augmentation.NONE);
        module.step(gradient, spec, learningRate);
        return nothing();
    }

    @FunctionalInterface
    private interface BatchWork {
        Answer of(Batch batch);
    }

    private Answer withBatch(BatchWork work) throws IOException {
        Batch batch = Wire.readBatch(in, sampleBytes);
        try {
            return work.of(batch);
        } finally {
            BatchPool.give(batch);
        }
    }
}
