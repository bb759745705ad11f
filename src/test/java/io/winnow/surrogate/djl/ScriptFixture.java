package io.winnow.surrogate.djl;

import io.winnow.model.torchscript.TorchScriptFile;
import io.winnow.surrogate.RandomSamples;
import io.winnow.surrogate.SampleShape;
import io.winnow.surrogate.Samples;
import io.winnow.surrogate.Surrogate;
import io.winnow.surrogate.SurrogateSpec;
import io.winnow.surrogate.TorchScriptProperties;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/** The modules that {@code tools/torchscript/make.py} wrote, its numbers, and surrogates of them. */
public final class ScriptFixture {

    static final SampleShape SHAPE = new SampleShape(1, 28, 28);
    static final int CLASSES = 10;
    private static final Path FOLDER = Path.of("src/test/resources/torchscript");

    private ScriptFixture() {}

    /** A file that Python wrote. */
    public static Path file(String name) {
        return FOLDER.resolve(name);
    }

    static Map<String, double[]> numbers(String name) throws IOException {
        Map<String, double[]> numbers = new HashMap<>();
        for (String line : Files.readAllLines(file(name))) {
            String[] parts = line.split(" ");
            numbers.put(
                    parts[0],
                    Arrays.stream(parts)
                            .skip(1)
                            .mapToDouble(Double::parseDouble)
                            .toArray());
        }
        return numbers;
    }

    /** The 24 made-up samples of the script. */
    static Samples samples() {
        RandomSamples samples = new RandomSamples(24, SHAPE, CLASSES, 0);
        for (int i = 0; i < 24; i++) {
            byte[] picture = new byte[SHAPE.size()];
            for (int j = 0; j < picture.length; j++) {
                picture[j] = (byte) (((i * 31L + 7) * (j + 13) * 2654435761L) >> 13);
            }
            samples.with(i, picture, i % CLASSES);
        }
        return samples;
    }

    /** Two of the samples. */
    static Batch batch() {
        Batch batch = new Batch(2, SHAPE.size());
        byte[] picture = new byte[SHAPE.size()];
        for (int i = 0; i < 2; i++) {
            samples().copyTo(i, java.nio.ByteBuffer.wrap(picture));
            batch.add(i, i, 1, picture);
        }
        batch.flip();
        return batch;
    }

    /** The bundled pictures of clothes. */
    static Samples fashion(String split) throws IOException {
        Path folder = Path.of("samples/fashion-mnist");
        try (DataInputStream pictures = open(folder.resolve(split + "-images-idx3-ubyte.gz"));
                DataInputStream labels = open(folder.resolve(split + "-labels-idx1-ubyte.gz"))) {
            pictures.skipNBytes(4);
            int count = pictures.readInt();
            pictures.skipNBytes(8);
            labels.skipNBytes(8);
            RandomSamples samples = new RandomSamples(count, SHAPE, CLASSES, 0);
            byte[] picture = new byte[SHAPE.size()];
            for (int i = 0; i < count; i++) {
                pictures.readFully(picture);
                samples.with(i, picture, labels.readUnsignedByte());
            }
            return samples;
        }
    }

    private static DataInputStream open(Path file) throws IOException {
        return new DataInputStream(new GZIPInputStream(Files.newInputStream(file), 1 << 16));
    }

    /** A surrogate of a file that passes the scan. */
    static Surrogate load(Path folder, Path file, SampleShape shape, int classes, boolean reset, long seed)
            throws Exception {
        TorchScriptFile scanned = TorchScriptFile.scan(file, 1 << 24);
        Path kept = folder.resolve(UUID.randomUUID() + ".pt");
        try (OutputStream out = Files.newOutputStream(kept)) {
            scanned.write(out);
        }
        return loadKept(kept, scanned.buffers(), shape, classes, reset, seed);
    }

    static Surrogate load(Path folder, String name, boolean reset, long seed) throws Exception {
        return load(folder, file(name), SHAPE, CLASSES, reset, seed);
    }

    /** A surrogate of a clean copy, or of one that only looks like it. */
    static Surrogate loadKept(Path kept, List<String> buffers, SampleShape shape, int classes, boolean reset, long seed)
            throws Exception {
        return loadKept(kept, buffers, shape, classes, reset, seed, Duration.ofSeconds(20));
    }

    /** @param answerWithin how long a batch may take */
    static Surrogate loadKept(
            Path kept,
            List<String> buffers,
            SampleShape shape,
            int classes,
            boolean reset,
            long seed,
            Duration answerWithin)
            throws Exception {
        ModuleProcess.Limits limits = new ModuleProcess.Limits(2L << 30, answerWithin, true);
        ScriptedModels models = new ScriptedModels(kept.getParent(), TorchScriptProperties.BUFFERS, limits);
        String sum =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(kept)));
        Map<String, Object> options = Map.of(
                "file",
                kept.getFileName().toString(),
                "sha256",
                sum,
                "buffers",
                buffers,
                "initialise",
                reset ? "reset" : "keep");
        SurrogateSpec spec = new SurrogateSpec("torchscript", options, shape, classes);
        return new DjlSurrogateEngine(0, 1 << 30, models).initialise(spec, "cpu", seed);
    }

    /** A copy of an archive with some of its texts changed. */
    public static Path changed(Path archive, Path target, String ending, UnaryOperator<String> change)
            throws IOException {
        try (ZipFile zip = new ZipFile(archive.toFile());
                ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(target))) {
            for (ZipEntry entry : zip.stream().toList()) {
                out.putNextEntry(new ZipEntry(entry.getName()));
                try (InputStream in = zip.getInputStream(entry)) {
                    byte[] bytes = in.readAllBytes();
                    if (entry.getName().endsWith(ending)) {
                        String text = new String(bytes, StandardCharsets.ISO_8859_1);
                        bytes = change.apply(text).getBytes(StandardCharsets.ISO_8859_1);
                    }
                    out.write(bytes);
                }
                out.closeEntry();
            }
        }
        return target;
    }
}
