package io.winnow.scoring.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.winnow.scoring.Agreement;
import io.winnow.scoring.Checkpoints;
import io.winnow.scoring.MethodOptions;
import io.winnow.scoring.MethodOptions.NeverLearned;
import io.winnow.scoring.RunListener;
import io.winnow.scoring.RunRequest;
import io.winnow.scoring.RunScores;
import io.winnow.scoring.RunScores.MethodScores;
import io.winnow.scoring.Seeds;
import io.winnow.scoring.ShardSettings;
import io.winnow.scoring.Shards;
import io.winnow.scoring.method.AllMethods;
import io.winnow.surrogate.Augmentation;
import io.winnow.surrogate.GradientScope;
import io.winnow.surrogate.LearningRateSchedule;
import io.winnow.surrogate.RandomSamples;
import io.winnow.surrogate.SampleShape;
import io.winnow.surrogate.SurrogateSpec;
import io.winnow.surrogate.TrainingSpec;
import io.winnow.surrogate.djl.DjlSurrogateEngine;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** All methods from one training each of two runs of a convolutional network, through the real engine. */
class AllMethodsOnTheEngineTests {

    private static final int N = 203;
    private static final int C = 4;
    private static final SampleShape SHAPE = new SampleShape(1, 12, 12);
    private static final List<Integer> SCORE_AT = List.of(0, 3);

    private static final RunScores[] first = new RunScores[2];
    private static final RunScores[] again = new RunScores[2];

    @BeforeAll
    static void runTwice() {
        for (int run = 0; run < 2; run++) {
            first[run] = score(Seeds.ofRun(11, run), 1);
            again[run] = score(Seeds.ofRun(11, run), 1);
        }
    }

    @Test
    void givesEveryMethodAFiniteScoreForEverySampleAtEveryEpoch() {
        assertThat(first[0].methods()).hasSize(8 * 2 + 6);
        assertThat(first[0].methods()).extracting(MethodScores::method).contains(AllMethods.IDS);
        for (MethodScores one : first[0].methods()) {
            assertThat(one.scores()).hasSize(N);
            for (float score : one.scores()) {
                assertThat(score).as(one.method()).isFinite();
            }
        }
        assertThat(first[0].history()).hasSize(3);
        assertThat(first[0].scoringSeconds()).isPositive();
    }

    @Test
    void isBitIdenticalForTheSameSeedAndDifferentBetweenRuns() {
        for (int run = 0; run < 2; run++) {
            for (int i = 0; i < first[run].methods().size(); i++) {
                MethodScores one = first[run].methods().get(i);
                assertThat(again[run].methods().get(i).scores())
                        .as(one.method())
                        .isEqualTo(one.scores());
            }
            assertThat(again[run].predicted()).isEqualTo(first[run].predicted());
        }
        assertThat(of(first[0], "grand", 3)).isNotEqualTo(of(first[1], "grand", 3));
    }

    @Test
    void hasScoresThatAgreeWithOneAnother() {
        RunScores run = first[0];
        float[] el2n = of(run, "el2n", 3);
        float[] grand = of(run, "grand", 3);
        float[] last = of(run, "grand-last", 3);
        float[] loss = of(run, "loss", 3);
        for (int i = 0; i < N; i++) {
            assertThat(el2n[i]).isBetween(0f, 1.4143f);
            assertThat(grand[i]).isGreaterThanOrEqualTo(last[i] * 0.9999f);
            assertThat(el2n[i]).isLessThanOrEqualTo(last[i]);
        }
        assertThat(Agreement.spearman(el2n, loss)).isGreaterThan(0.9);
        assertThat(Agreement.spearman(el2n, grand)).isGreaterThan(0.7);
        assertThat(Agreement.spearman(of(run, "moso", 3), of(run, "random", 3))).isBetween(-0.3, 0.3);
        assertThat(run.methods().get(0).facts()).isEmpty();
        assertThat(find(run, "grand", 0).facts()).containsKey("inputNormCorrelation");
    }

    @Test
    void predictsTheClassesWhoseErrorItScores() {
        float[] loss = of(first[0], "loss", 3);
        for (int i = 0; i < N; i++) {
            if (loss[i] > Math.log(2) + 1e-4 && loss[i] > Math.log(C)) {
                assertThat(first[0].predicted()[i]).isNotEqualTo(first[0].labels()[i]);
            } else if (loss[i] < Math.log(2) - 1e-4) {
                assertThat(first[0].predicted()[i]).isEqualTo(first[0].labels()[i]);
            }
        }
    }

    @Test
    void scoresMosoOnPartsToo() {
        RunScores parts = score(Seeds.ofRun(11, 0), 2);
        assertThat(of(parts, "moso", 3)).isNotEqualTo(of(first[0], "moso", 3)).doesNotContain(0f);
        assertThat(of(parts, "grand", 3)).isEqualTo(of(first[0], "grand", 3));
    }

    private static RunScores score(long seed, int chunks) {
        TrainingSpec training = new TrainingSpec(
                3, 32, 0.05, 0.9, true, 5e-4, new LearningRateSchedule.Cosine(), Augmentation.CROP_FLIP);
        RunRequest request = new RunRequest(
                new SurrogateSpec("small-cnn", Map.of(), SHAPE, C),
                "cpu",
                new RandomSamples(N, SHAPE, C, 1),
                new RandomSamples(50, SHAPE, C, 2),
                training,
                Arrays.stream(AllMethods.IDS).map(AllMethods::of).toList(),
                new MethodOptions(NeverLearned.MAX, 3, chunks, GradientScope.ALL, 10),
                SCORE_AT,
                seed);
        return new SurrogateRunScorer(new DjlSurrogateEngine(0), ShardSettings.DEFAULTS)
                .score(request, new RunListener() {}, Checkpoints.NONE, Shards.NONE);
    }

    private static float[] of(RunScores run, String method, int epoch) {
        return find(run, method, epoch).scores();
    }

    private static MethodScores find(RunScores run, String method, int epoch) {
        return run.methods().stream()
                .filter(one -> one.method().equals(method) && one.epoch() == epoch)
                .findFirst()
                .orElseThrow();
    }
}
