package io.winnow.scoring.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import io.winnow.scoring.Checkpoints;
import io.winnow.scoring.MethodOptions;
import io.winnow.scoring.MethodOptions.NeverLearned;
import io.winnow.scoring.RunListener;
import io.winnow.scoring.RunRequest;
import io.winnow.scoring.RunScores;
import io.winnow.scoring.ShardSettings;
import io.winnow.scoring.Shards;
import io.winnow.scoring.method.AllMethods;
import io.winnow.surrogate.Augmentation;
import io.winnow.surrogate.ComputeDevice;
import io.winnow.surrogate.GradientScope;
import io.winnow.surrogate.LearningRateSchedule;
import io.winnow.surrogate.MemoryExhaustedException;
import io.winnow.surrogate.RandomSamples;
import io.winnow.surrogate.SampleShape;
import io.winnow.surrogate.Samples;
import io.winnow.surrogate.Surrogate;
import io.winnow.surrogate.SurrogateEngine;
import io.winnow.surrogate.SurrogateSpec;
import io.winnow.surrogate.TrainingSpec;
import io.winnow.surrogate.djl.DjlSurrogateEngine;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A device whose memory holds a few samples only, and says so in the engine's own words. */
class ScarceMemoryTests {

    private static final int N = 90;
    private static final SampleShape SHAPE = new SampleShape(1, 10, 10);
    private static final String ON_CPU =
            "[enforce fail at alloc_cpu.cpp:119] . DefaultCPUAllocator: can't allocate memory: you tried to allocate 65536 bytes";

    @ParameterizedTest
    @ValueSource(
            strings = {
                ON_CPU,
                "DefaultCPUAllocator: not enough memory: you tried to allocate 8589934592 bytes.",
                "CUDA out of memory. Tried to allocate 20.00 MiB (GPU 0; 139.00 GiB total capacity)"
            })
    void takesSmallerBatchesInPassesAndFindsTheSame(String message) {
        RunScores plenty = score(new SurrogateRunScorer(new DjlSurrogateEngine(0), ShardSettings.DEFAULTS));
        ScarceEngine scarce = new ScarceEngine(20, message);
        RunScores little = score(new SurrogateRunScorer(scarce, ShardSettings.DEFAULTS));
        assertThat(scarce.refused).isPositive();
        // What a device keeps of the batch that did not fit is given back before the next try.
        assertThat(scarce.freed).isEqualTo(scarce.refused);
        for (int i = 0; i < plenty.methods().size(); i++) {
            float[] expected = plenty.methods().get(i).scores();
            float[] actual = little.methods().get(i).scores();
            for (int s = 0; s < N; s++) {
                assertThat(actual[s])
                        .as(plenty.methods().get(i).method())
                        .isEqualTo(expected[s], within(1e-6f * Math.max(1, Math.abs(expected[s]))));
            }
        }
    }

    @Test
    void remembersWhatFits() {
        ScarceEngine scarce = new ScarceEngine(20, ON_CPU);
        SurrogateRunScorer scorer = new SurrogateRunScorer(scarce, ShardSettings.DEFAULTS);
        score(scorer);
        int learning = scarce.refused;
        score(scorer);
        assertThat(scarce.refused).isEqualTo(learning);
    }

    @Test
    void goesDownToASingleSampleAndNoFurther() {
        ScarceEngine one = new ScarceEngine(1, ON_CPU);
        assertThat(score(new SurrogateRunScorer(one, ShardSettings.DEFAULTS)).methods())
                .isNotEmpty();
        ScarceEngine none = new ScarceEngine(0, ON_CPU);
        assertThatExceptionOfType(MemoryExhaustedException.class)
                .isThrownBy(() -> score(new SurrogateRunScorer(none, ShardSettings.DEFAULTS)))
                .withMessageContaining("single sample");
    }

    @Test
    void takesNoOtherFailureForThatOfMemory() {
        ScarceEngine broken = new ScarceEngine(20, "an index is out of range");
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> score(new SurrogateRunScorer(broken, ShardSettings.DEFAULTS)));
        assertThat(broken.refused).isEqualTo(1);
    }

    private static RunScores score(SurrogateRunScorer scorer) {
        RunRequest request = new RunRequest(
                new SurrogateSpec("small-cnn", Map.of(), SHAPE, 3),
                "cpu",
                new RandomSamples(N, SHAPE, 3, 1),
                new RandomSamples(50, SHAPE, 3, 2),
                new TrainingSpec(1, 32, 0.05, 0.9, true, 5e-4, new LearningRateSchedule.Constant(), Augmentation.NONE),
                Arrays.stream(AllMethods.IDS).map(AllMethods::of).toList(),
                new MethodOptions(NeverLearned.MAX, 1, 1, GradientScope.ALL, 2),
                List.of(0, 1),
                7);
        return scorer.score(request, new RunListener() {}, Checkpoints.NONE, Shards.NONE);
    }

    /** The real engine, but a pass over more samples than fit fails. */
    private static final class ScarceEngine implements SurrogateEngine {

        private static final Set<String> PASSES = Set.of("forward", "perSampleGradients", "gradientSum");

        private final SurrogateEngine engine = new DjlSurrogateEngine(0);
        private final int fitting;
        private final String message;
        private int refused;
        private int freed;

        ScarceEngine(int fitting, String message) {
            this.fitting = fitting;
            this.message = message;
        }

        @Override
        public List<ComputeDevice> devices() {
            return engine.devices();
        }

        @Override
        public Surrogate initialise(SurrogateSpec spec, String device, long seed) {
            Surrogate surrogate = engine.initialise(spec, device, seed);
            return (Surrogate) Proxy.newProxyInstance(
                    getClass().getClassLoader(), new Class<?>[] {Surrogate.class}, (proxy, method, arguments) -> {
                        if (method.getName().equals("freeUnusedMemory")) {
                            freed++;
                        }
                        if (PASSES.contains(method.getName())
                                && arguments[0] instanceof Samples
                                && (int) arguments[2] - (int) arguments[1] > fitting) {
                            refused++;
                            throw new IllegalStateException(message);
                        }
                        try {
                            return method.invoke(surrogate, arguments);
                        } catch (InvocationTargetException e) {
                            throw e.getCause();
                        }
                    });
        }
    }
}
