package io.winnow.surrogate.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.winnow.surrogate.GradientScope;
import io.winnow.surrogate.RandomSamples;
import io.winnow.surrogate.SampleShape;
import io.winnow.surrogate.Surrogate;
import io.winnow.surrogate.SurrogateSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * GraNd of a batch of 16 pictures of 224 × 224 on {@code resnet50}, whose activations alone would take several gigabytes. In a
 * process of its own, for an allocator that has seen other work would hide what the pass takes.
 */
class MemoryOfLargePicturesTests {

    private static final long MEGABYTE = 1 << 20;
    private static final Path STATUS = Path.of("/proc/self/status");

    @Test
    void aPassStaysWithinTheBound(@TempDir Path folder) throws Exception {
        assumeTrue(Files.isWritable(Path.of("/proc/self/clear_refs")), "needs /proc");

        long extra = extraMegabytes(folder, 1024);

        assertThat(extra).isBetween(100L, 1024L);
    }

    /** What a pass takes at its peak beyond what the process held before. */
    private static long extraMegabytes(Path folder, long bound) throws Exception {
        Path output = folder.resolve("output");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        // A heap that is there from the start adds nothing.
                        "-Xms256m",
                        "-Xmx256m",
                        "-XX:+AlwaysPreTouch",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Pass.class.getName(),
                        Long.toString(bound))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(10, TimeUnit.MINUTES)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        String printed = Files.readString(output);
        assertThat(process.exitValue()).as(printed).isZero();
        return printed.lines()
                .filter(line -> line.startsWith("extra "))
                .mapToLong(line -> Long.parseLong(line.substring("extra ".length())))
                .findFirst()
                .orElseThrow();
    }

    /** The process. */
    static final class Pass {

        public static void main(String[] arguments) throws IOException {
            SampleShape shape = new SampleShape(3, 224, 224);
            SurrogateSpec spec = new SurrogateSpec("resnet50", Map.of("stem", "imagenet"), shape, 1000);
            RandomSamples samples = new RandomSamples(16, shape, 1000, 1);
            int[] finite = {0};
            try (Surrogate surrogate =
                    new DjlSurrogateEngine(0, Long.parseLong(arguments[0]) * MEGABYTE).initialise(spec, "cpu", 1)) {
                Files.writeString(Path.of("/proc/self/clear_refs"), "5");
                long before = kilobytes("VmRSS:");
                surrogate.perSampleGradients(samples, 0, samples.size(), GradientScope.ALL, null, batch -> {
                    for (float norm : batch.squaredNorms()) {
                        finite[0] += Float.isFinite(norm) && norm > 0 ? 1 : 0;
                    }
                });
                System.out.printf("%nextra %d%n", (kilobytes("VmHWM:") - before) / 1024);
            }
            System.exit(finite[0] == samples.size() ? 0 : 1);
        }

        private static long kilobytes(String field) throws IOException {
            return Files.readAllLines(STATUS).stream()
                    .filter(line -> line.startsWith(field))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .findFirst()
                    .orElseThrow();
        }
    }
}
