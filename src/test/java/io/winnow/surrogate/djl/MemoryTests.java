package io.winnow.surrogate.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.winnow.surrogate.Augmentation;
import io.winnow.surrogate.EpochSummary;
import io.winnow.surrogate.LearningRateSchedule;
import io.winnow.surrogate.RandomSamples;
import io.winnow.surrogate.SampleShape;
import io.winnow.surrogate.Samples;
import io.winnow.surrogate.Surrogate;
import io.winnow.surrogate.SurrogateSpec;
import io.winnow.surrogate.TrainingListener;
import io.winnow.surrogate.TrainingPosition;
import io.winnow.surrogate.TrainingSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Native memory is given back with its scope: a leak of one array a step would show here as hundreds of megabytes. */
@Tag("soak")
class MemoryTests {

    private static final Path STATUS = Path.of("/proc/self/status");

    @Test
    void thirtyEpochsTakeNoMoreMemoryThanFive() {
        assumeTrue(Files.isReadable(STATUS), "needs /proc");
        SampleShape shape = new SampleShape(1, 16, 16);
        Samples samples = new RandomSamples(500, shape, 10, 1);
        TrainingSpec spec = new TrainingSpec(
                30, 128, 0.01, 0.9, true, 5e-4, new LearningRateSchedule.Cosine(), Augmentation.CROP_FLIP);
        List<Long> resident = new ArrayList<>();
        try (Surrogate surrogate =
                new DjlSurrogateEngine(0).initialise(new SurrogateSpec("small-cnn", Map.of(), shape, 10), "cpu", 1)) {
            surrogate.train(samples, spec, 2, TrainingPosition.START, new TrainingListener() {
                @Override
                public void afterEpoch(EpochSummary epoch) {
                    surrogate.forward(samples, 0, samples.size(), true, batch -> {});
                    // Java's own garbage is not what is measured.
                    System.gc();
                    resident.add(residentKilobytes());
                }
            });
        }

        assertThat(resident.get(29)).as("kilobytes by epoch: %s", resident).isLessThan(resident.get(4) * 105 / 100);
    }

    private static long residentKilobytes() {
        try {
            return Files.readAllLines(STATUS).stream()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
