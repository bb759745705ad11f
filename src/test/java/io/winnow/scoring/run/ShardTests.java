package io.winnow.scoring.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.winnow.scoring.Checkpoints;
import io.winnow.scoring.MethodOptions;
import io.winnow.scoring.MethodOptions.NeverLearned;
import io.winnow.scoring.RunListener;
import io.winnow.scoring.RunRequest;
import io.winnow.scoring.RunScores;
import io.winnow.scoring.ShardPass;
import io.winnow.scoring.ShardSettings;
import io.winnow.scoring.ShardSettings.Sharding;
import io.winnow.scoring.Shards;
import io.winnow.scoring.method.AllMethods;
import io.winnow.surrogate.Augmentation;
import io.winnow.surrogate.GradientScope;
import io.winnow.surrogate.LearningRateSchedule;
import io.winnow.surrogate.RandomSamples;
import io.winnow.surrogate.SampleShape;
import io.winnow.surrogate.StopSignal;
import io.winnow.surrogate.SurrogateSpec;
import io.winnow.surrogate.TrainingSpec;
import io.winnow.surrogate.djl.DjlSurrogateEngine;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** All methods on the real engine, with every pass spread: shards are computed by surrogates made of the shared state. */
class ShardTests {

    private static final int N = 150;
    private static final int RANGE = 32;
    private static final SampleShape SHAPE = new SampleShape(1, 10, 10);

    private final SurrogateRunScorer scorer =
            new SurrogateRunScorer(new DjlSurrogateEngine(0), new ShardSettings(RANGE, Sharding.ALWAYS));

    @ParameterizedTest
    @CsvSource({"32, 1", "64, 1", "32, 2"})
    void findsTheSameToTheBitWhoeverComputesTheShards(int shard, int chunks) {
        RunRequest request = request(chunks);
        RunScores whole = scorer.score(request, new RunListener() {}, Checkpoints.NONE, Shards.NONE);
        Elsewhere elsewhere = new Elsewhere(request, shard);
        RunScores spread = scorer.score(request, new RunListener() {}, Checkpoints.NONE, elsewhere);
        assertThat(elsewhere.kinds)
                .containsExactlyInAnyOrderElementsOf(EnumSet.complementOf(EnumSet.of(ShardPass.Kind.LOGITS)));
        for (int i = 0; i < whole.methods().size(); i++) {
            assertThat(spread.methods().get(i).scores())
                    .as(whole.methods().get(i).method())
                    .isEqualTo(whole.methods().get(i).scores());
        }
        assertThat(spread.predicted()).isEqualTo(whole.predicted());
        assertThat(spread.history()).isEqualTo(whole.history());
    }

    @Test
    void makesAPassItselfThatCannotBeSpreadAfterAll() {
        RunRequest request = request(1);
        List<Double> undisturbed = new ArrayList<>();
        RunScores whole = scorer.score(request, noting(undisturbed), Checkpoints.NONE, Shards.NONE);
        Shards fruitless = new Shards() {
            @Override
            public boolean spreads(int samples) {
                return true;
            }

            @Override
            public boolean run(
                    ShardPass pass,
                    int samples,
                    Checkpoints.Content state,
                    Work work,
                    IntConsumer done,
                    Reader reader) {
                done.accept(samples);
                return false;
            }
        };
        List<Double> progress = new ArrayList<>();
        RunScores here = scorer.score(request, noting(progress), Checkpoints.NONE, fruitless);
        for (int i = 0; i < whole.methods().size(); i++) {
            assertThat(here.methods().get(i).scores())
                    .as(whole.methods().get(i).method())
                    .isEqualTo(whole.methods().get(i).scores());
        }
        assertThat(progress)
                .as("what was done in vain does not bring the end nearer")
                .isEqualTo(undisturbed);
    }

    /** How far the run is with each step of its training. */
    private static RunListener noting(List<Double> fractions) {
        return new RunListener() {
            @Override
            public void progress(RunProgress progress) {
                if (progress.phase() == Phase.TRAIN) {
                    fractions.add(progress.fraction());
                }
            }
        };
    }

    @Test
    void showsProgressOfWhatOthersCompute() {
        double[] last = {0};
        RunListener listener = new RunListener() {
            @Override
            public void progress(RunProgress progress) {
                assertThat(progress.fraction()).isGreaterThanOrEqualTo(last[0]);
                last[0] = progress.fraction();
            }
        };
        RunRequest request = request(1);
        scorer.score(request, listener, Checkpoints.NONE, new Elsewhere(request, RANGE));
        assertThat(last[0]).isGreaterThan(0.99);
    }

    private static RunRequest request(int chunks) {
        return new RunRequest(
                new SurrogateSpec("small-cnn", Map.of(), SHAPE, 4),
                "cpu",
                new RandomSamples(N, SHAPE, 4, 1),
                null,
                new TrainingSpec(
                        2, 32, 0.05, 0.9, true, 5e-4, new LearningRateSchedule.Cosine(), Augmentation.CROP_FLIP),
                Arrays.stream(AllMethods.IDS).map(AllMethods::of).toList(),
                new MethodOptions(NeverLearned.MAX, 2, chunks, GradientScope.ALL, 2),
                List.of(0, 2),
                7);
    }

    /** Computes no shard with the surrogate of the run, and not in their order. */
    private final class Elsewhere implements Shards {

        private final RunRequest request;
        private final int size;
        private final Set<ShardPass.Kind> kinds = EnumSet.noneOf(ShardPass.Kind.class);

        Elsewhere(RunRequest request, int size) {
            this.request = request;
            this.size = size;
        }

        @Override
        public boolean spreads(int samples) {
            return samples > size;
        }

        @Override
        public boolean run(
                ShardPass pass, int samples, Checkpoints.Content state, Work work, IntConsumer done, Reader reader) {
            kinds.add(pass.kind());
            try {
                ByteArrayOutputStream shared = new ByteArrayOutputStream();
                state.write(shared);
                int count = (samples + size - 1) / size;
                byte[][] results = new byte[count][];
                for (int shard = count - 1; shard >= 0; shard--) {
                    int from = shard * size;
                    int to = Math.min(samples, from + size);
                    ByteArrayOutputStream out = new ByteArrayOutputStream();
                    ByteArrayInputStream in = new ByteArrayInputStream(shared.toByteArray());
                    scorer.shard(request, pass, from, to, in, StopSignal.NEVER, out);
                    results[shard] = out.toByteArray();
                    done.accept(to - from);
                }
                for (byte[] result : results) {
                    reader.read(new ByteArrayInputStream(result));
                }
                return true;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
