package io.winnow.surrogate.djl;

import ai.djl.Device;
import io.winnow.surrogate.Surrogate;
import io.winnow.surrogate.SurrogateSpec;
import io.winnow.surrogate.UnusableModelException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Surrogates of uploaded TorchScript modules: architecture {@value #ARCHITECTURE} with the options {@code file}, the name of
 * the kept copy, {@code sha256} of it, {@code buffers}, the names of the tensors that are not trained, and {@code initialise},
 * {@code keep} or {@code reset}.
 *
 * @param folder of the kept copies
 * @param buffersMethod the method of a kept copy that gives its buffers
 */
record ScriptedModels(Path folder, String buffersMethod, ModuleProcess.Limits limits) {

    static final String ARCHITECTURE = "torchscript";

    private static final Pattern FILE = Pattern.compile("[0-9a-f-]{36}\\.pt");

    Surrogate load(SurrogateSpec spec, Device device, int threads, long seed) {
        String name = String.valueOf(spec.options().get("file"));
        if (!FILE.matcher(name).matches()) {
            throw new UnusableModelException("the model has no file");
        }
        Path file = folder.resolve(name);
        requireUnchanged(file, String.valueOf(spec.options().get("sha256")));
        List<String> buffers = spec.options().get("buffers") instanceof List<?> names
                ? names.stream().map(String::valueOf).toList()
                : List.of();
        int gpu = device.isGpu() ? device.getDeviceId() : -1;
        ModuleProcess process = new ModuleProcess(file, buffersMethod, gpu, threads, limits);
        try {
            boolean reset = "reset".equals(spec.options().get("initialise"));
            return new ScriptedSurrogate(spec, process, buffers, reset, seed);
        } catch (RuntimeException e) {
            process.close();
            throw e;
        }
    }

    private static void requireUnchanged(Path file, String expected) {
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), MessageDigest.getInstance("SHA-256"))) {
            in.transferTo(OutputStream.nullOutputStream());
            String found = HexFormat.of()
                    .formatHex(((DigestInputStream) in).getMessageDigest().digest());
            if (!found.equals(expected)) {
                throw new UnusableModelException("the model's file is not the one that was uploaded; upload it again");
            }
        } catch (IOException e) {
            throw new UnusableModelException("the model's file is gone; upload it again");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
