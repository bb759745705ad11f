package io.winnow.surrogate.djl;

import io.winnow.surrogate.ModuleLostException;
import io.winnow.surrogate.ParameterInfo;
import io.winnow.surrogate.UnusableModelException;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The process of a module, as seen from the worker: started, asked, ended; killed when it takes too long. */
final class ModuleProcess implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ModuleProcess.class);

    private static final ScheduledThreadPoolExecutor WATCH = new ScheduledThreadPoolExecutor(1, task -> {
        Thread thread = new Thread(task, "module-watch");
        thread.setDaemon(true);
        return thread;
    });

    static {
        WATCH.setRemoveOnCancelPolicy(true);
    }

    /**
     * @param memory bytes that a module may take, its weights included
     * @param answerWithin how long a batch may take
     * @param confined whether a process that could not be confined is refused
     */
    record Limits(long memory, Duration answerWithin, boolean confined) {}

    private final Process process;
    private final DataInputStream in;
    private final DataOutputStream out;
    private final Limits limits;
    private final List<ParameterInfo> parameters;
    private final List<ParameterInfo> buffers;
    private final String confinement;
    private volatile boolean tookTooLong;

    /** @param gpu number of the device, −1 for the processor */
    ModuleProcess(Path file, String buffersMethod, int gpu, int threads, Limits limits) {
        this.limits = limits;
        try {
            List<String> command = JavaCommand.of(
                    ModuleServer.class,
                    List.of(
                            file.toString(),
                            buffersMethod,
                            Integer.toString(gpu),
                            Integer.toString(threads),
                            Long.toString(limits.memory())));
            ProcessBuilder builder = new ProcessBuilder(command);
            JavaCommand.keepEngineSettings(builder.environment());
            this.process = builder.start();
        } catch (IOException e) {
            throw new IllegalStateException("the process for a module did not start", e);
        }
        drainErrors(process);
        this.in = new DataInputStream(new BufferedInputStream(process.getInputStream(), 1 << 16));
        this.out = new DataOutputStream(new BufferedOutputStream(process.getOutputStream(), 1 << 16));
        List<ParameterInfo> readParameters = new ArrayList<>();
        List<ParameterInfo> readBuffers = new ArrayList<>();
        try {
            this.confinement = answer(answer -> {
                String held = answer.readUTF();
                readParameters.addAll(infos(answer));
                readBuffers.addAll(infos(answer));
                return held;
            });
            if (limits.confined() && !(confinement.contains("landlock") || confinement.contains("seccomp"))) {
                throw new UnusableModelException(
                        "this machine offers neither Landlock nor seccomp to confine the code of an uploaded model; winnow.models.torchscript.require-confinement=false runs it all the same");
            }
        } catch (RuntimeException e) {
            close();
            throw e;
        }
        this.parameters = List.copyOf(readParameters);
        this.buffers = List.copyOf(readBuffers);
        log.debug("a module is loaded, confined by: {}", confinement);
    }

    private static void drainErrors(Process process) {
        Thread drain = new Thread(
                () -> {
                    try (BufferedReader lines = new BufferedReader(
                            new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8))) {
                        lines.lines().forEach(line -> log.debug("module: {}", line));
                    } catch (IOException | UncheckedIOException e) {
                        log.debug("the errors of a module's process are cut off", e);
                    }
                },
                "module-errors");
        drain.setDaemon(true);
        drain.start();
    }

    private static List<ParameterInfo> infos(DataInputStream in) throws IOException {
        List<ParameterInfo> infos = new ArrayList<>();
        for (int count = in.readInt(); count > 0; count--) {
            String name = in.readUTF();
            List<Long> shape = new ArrayList<>();
            for (int sides = in.readInt(); sides > 0; sides--) {
                shape.add(in.readLong());
            }
            infos.add(new ParameterInfo(name, List.copyOf(shape)));
        }
        return infos;
    }

    /** The parameters that are trained. */
    List<ParameterInfo> parameters() {
        return parameters;
    }

    /** The tensors that are not, by number. */
    List<ParameterInfo> buffers() {
        return buffers;
    }

    /** What confines the process, {@code limits,landlock,seccomp}; empty where nothing does. */
    String confinement() {
        return confinement;
    }

    /** Writes the arguments of a command. */
    @FunctionalInterface
    interface Arguments {
        void write(DataOutputStream out) throws IOException;
    }

    /** Reads the result of a command. */
    @FunctionalInterface
    interface Result<T> {
        T read(DataInputStream in) throws IOException;
    }

    void tell(ModuleCommand command, Arguments arguments) {
        ask(command, arguments, answer -> true);
    }

    /** @throws UnusableModelException when the module fails at what is asked, takes too long or takes its process down */
    <T> T ask(ModuleCommand command, Arguments arguments, Result<T> result) {
        try {
            out.writeByte(command.ordinal());
            arguments.write(out);
            out.flush();
        } catch (IOException e) {
            throw ended(e);
        }
        return answer(result);
    }

    private <T> T answer(Result<T> result) {
        ScheduledFuture<?> limit = WATCH.schedule(
                () -> {
                    tookTooLong = true;
                    process.destroyForcibly();
                },
                limits.answerWithin().toMillis(),
                TimeUnit.MILLISECONDS);
        try {
            if (in.readByte() != 0) {
                throw new UnusableModelException(firstLines(in.readUTF()));
            }
            return result.read(in);
        } catch (IOException e) {
            throw ended(e);
        } finally {
            limit.cancel(false);
        }
    }

    private UnusableModelException ended(IOException e) {
        log.debug("the process of a module does not answer", e);
        return tookTooLong
                ? new UnusableModelException(
                        "the module took longer than %s over one batch and was ended".formatted(limits.answerWithin()))
                : new ModuleLostException(
                        "the process of the module ended by itself: it ran out of memory or did what it may not");
    }

    /** What PyTorch says first is the reason; what follows are traces of its own. */
    private static String firstLines(@Nullable String message) {
        String text = String.valueOf(message).strip();
        int error = text.lastIndexOf("Error: ");
        String reason = error >= 0 && text.contains("Traceback") ? text.substring(error) : text;
        int end = reason.indexOf("\nException raised from");
        String shown = (end < 0 ? reason : reason.substring(0, end)).strip().replaceAll("\\s+", " ");
        return "the module failed: " + shown.substring(0, Math.min(500, shown.length()));
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
