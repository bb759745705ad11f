package io.winnow.surrogate.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import com.sun.jna.Platform;
import io.winnow.surrogate.ComputeDevice;
import io.winnow.surrogate.DeviceNotAvailableException;
import io.winnow.surrogate.ForwardBatch;
import io.winnow.surrogate.ForwardListener;
import io.winnow.surrogate.RandomSamples;
import io.winnow.surrogate.SampleShape;
import io.winnow.surrogate.Surrogate;
import io.winnow.surrogate.SurrogateEngine;
import io.winnow.surrogate.SurrogateSpec;
import io.winnow.surrogate.TrainingStoppedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DjlSurrogateEngineTests {

    private final SurrogateEngine engine = new DjlSurrogateEngine(0);
    private final SampleShape shape = new SampleShape(3, 8, 8);
    private final SurrogateSpec spec = new SurrogateSpec("small-cnn", Map.of(), shape, 10);

    @Test
    void alwaysHasTheProcessorLast() {
        List<ComputeDevice> devices = engine.devices();

        ComputeDevice last = devices.get(devices.size() - 1);
        assertThat(last.name()).isEqualTo("cpu");
        assertThat(last.memoryBytes()).isPositive();
    }

    @Test
    void refusesADeviceThatIsNotThere() {
        assertThatExceptionOfType(DeviceNotAvailableException.class)
                .isThrownBy(() -> engine.initialise(spec, "cuda:77", 1))
                .withMessageContaining("cuda:77")
                .withMessageContaining("cpu");
    }

    @Test
    void initialisesBySeedAlone() {
        assertThat(initialWeights(4)).isEqualTo(initialWeights(4)).isNotEqualTo(initialWeights(5));
    }

    private float[] initialWeights(long seed) {
        try (Surrogate surrogate = engine.initialise(spec, "cpu", seed)) {
            return surrogate.weights();
        }
    }

    @Test
    void theLogitsAreTheLastLayerOfTheEmbeddings() {
        RandomSamples samples = new RandomSamples(7, shape, 10, 1);
        try (Surrogate surrogate = engine.initialise(spec, "cpu", 4)) {
            float[] weights = surrogate.weights();
            int bias = weights.length - 10;
            int matrix = bias - 10 * 128;
            int[] seen = {0};

            surrogate.forward(samples, 2, 7, true, batch -> {
                assertThat(batch.from()).isEqualTo(2);
                assertThat(batch.embeddingSize()).isEqualTo(128);
                for (int i = 0; i < batch.size(); i++, seen[0]++) {
                    assertThat(batch.labels()[i]).isEqualTo(samples.label(2 + i));
                    for (int c = 0; c < 10; c++) {
                        double logit = weights[bias + c];
                        for (int d = 0; d < 128; d++) {
                            logit += weights[matrix + c * 128 + d] * batch.embeddings()[i * 128 + d];
                        }
                        assertThat((double) batch.logits()[i * 10 + c]).isCloseTo(logit, within(1e-5));
                    }
                }
            });

            assertThat(seen[0]).isEqualTo(5);
        }
    }

    @Test
    void givesTheBatchesOfAPassInOrder() {
        SampleShape large = new SampleShape(3, 128, 128);
        RandomSamples samples = new RandomSamples(25, large, 10, 1);
        List<Integer> starts = new ArrayList<>();
        try (Surrogate surrogate = engine.initialise(
                new SurrogateSpec("plain-cnn", Map.of("channels", List.of(2)), large, 10), "cpu", 4)) {
            surrogate.forward(samples, 0, 25, false, batch -> {
                starts.add(batch.from());
                assertThat(batch.embeddings()).isNull();
            });
        }

        assertThat(starts).containsExactly(0, 10, 20);
    }

    @Test
    void stopsAPassWhenAskedTo() {
        try (Surrogate surrogate = engine.initialise(spec, "cpu", 4)) {
            ForwardListener listener = new ForwardListener() {
                @Override
                public void batch(ForwardBatch batch) {
                    throw new AssertionError("no batch was wanted");
                }

                @Override
                public boolean stopRequested() {
                    return true;
                }
            };

            assertThatExceptionOfType(TrainingStoppedException.class)
                    .isThrownBy(() -> surrogate.forward(new RandomSamples(3, shape, 10, 1), 0, 3, false, listener));
        }
    }

    @Test
    void tunesTheAllocatorWhereItCan() {
        assertThat(AllocatorTuning.apply()).isEqualTo(Platform.isLinux());
    }
}
