package io.winnow.subset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.winnow.platform.Fraction;
import io.winnow.platform.InvalidRequestException;
import io.winnow.scoring.Keeps;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each policy on ten samples whose lists were worked out by hand from the papers' rules. Scores, highest kept:
 *
 * <pre>
 * index   0    1    2    3    4    5    6    7    8    9
 * score  0.9  0.1  0.5  0.3  0.8  0.5  0.2  0.7  0.4  0.6
 * class   0    0    0    0    0    0    1    1    1    2
 * </pre>
 */
class SubsetPolicyTests {

    private static final float[] SCORES = {0.9f, 0.1f, 0.5f, 0.3f, 0.8f, 0.5f, 0.2f, 0.7f, 0.4f, 0.6f};
    private static final int[] LABELS = {0, 0, 0, 0, 0, 0, 1, 1, 1, 2};
    private static final ScoredSamples TEN = ScoredSamples.of(SCORES, Keeps.HIGHEST, LABELS, 3);

    @ParameterizedTest
    @MethodSource("publishedAnswers")
    void answersThePublishedExampleAsWorkedOutByHand(String policy, String parameter, String ratio, int[] kept) {
        assertThat(select(policy, parameter, ratio)).containsExactly(kept);
    }

    @Test
    void hasAPublishedAnswerForEveryPolicy() {
        assertThat(publishedAnswers().map(answer -> answer.get()[0]).distinct())
                .containsExactlyInAnyOrderElementsOf(
                        SubsetPolicies.ids().stream().map(Object.class::cast).toList());
    }

    /** The rows of the last table of docs/policies.md: policy, parameters, ratio, kept, because. */
    static Stream<Arguments> publishedAnswers() {
        try {
            return Files.readAllLines(Path.of("docs", "policies.md")).stream()
                    .dropWhile(line -> !line.startsWith("| policy | parameters | ratio |"))
                    .skip(2)
                    .takeWhile(line -> line.startsWith("|"))
                    .map(line -> line.split("\\|"))
                    .map(cells -> Arguments.of(
                            cells[1].replace("`", "").strip(),
                            cells[2].strip(),
                            cells[3].strip(),
                            Stream.of(cells[4].strip().split(", "))
                                    .mapToInt(Integer::parseInt)
                                    .toArray()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "window, skip=0.9, 0.3, '[1, 3, 6]'",
        "class-balanced, quota=equal, 0.8, '[0, 2, 4, 5, 6, 7, 8, 9]'",
        // z of class 0 (mean 0.5167, deviation 0.2734): 1.402, −1.524, −0.061, −0.793, 1.036, −0.061;
        // of class 1 (mean 0.4333, deviation 0.2055): −1.136, 1.298, −0.162; of class 2, a single sample: 0
        "class-standardized, '', 0.5, '[0, 2, 4, 7, 9]'"
    })
    void selectsWhatTheRuleSaysByHand(String policy, String parameter, String ratio, String expected) {
        assertThat(Arrays.toString(select(policy, parameter, ratio))).isEqualTo(expected);
    }

    private static int[] select(String policy, String parameter, String ratio) {
        Map<String, String> parameters = parameter.isEmpty()
                ? Map.of()
                : Map.of(parameter.split("=")[0], parameter.split("=")[1]);
        return SubsetPolicies.of(policy, parameters, "")
                .select(TEN, Fraction.parseRatio(ratio, "ratio"), 0)
                .indices();
    }

    @Test
    void keepsTheLowestScoresWhereTheMethodSaysSo() {
        ScoredSamples lowest = ScoredSamples.of(SCORES, Keeps.LOWEST, LABELS, 3);
        assertThat(new TopPolicy().select(lowest, Fraction.of(0.3), 0).indices())
                .containsExactly(1, 3, 6);
        assertThat(new BottomPolicy().select(lowest, Fraction.of(0.3), 0).indices())
                .containsExactly(0, 4, 7);
    }

    @Test
    void weighsTheScorePartOneAndTheRandomPartSoThatTheSumIsN() {
        Selection selection = new CalibratedPolicy(Fraction.of(0.5), CalibratedPolicy.Calibration.EXACT)
                .select(TEN, Fraction.of(0.4), 5);
        assertThat(selection.indices()).hasSize(4).contains(0, 4);
        for (int p = 0; p < 4; p++) {
            boolean byScore = selection.indices()[p] == 0 || selection.indices()[p] == 4;
            assertThat(selection.weights()[p]).isEqualTo(byScore ? 1 : (10 - 2) / 2.0);
        }
    }

    /** The example of the weights in the literature: r = 0.5, α = 0.5 of N gives (1 − αr) / ((1 − α)r) = 3. */
    @Test
    void givesThePublishedWeightAtHalfAndHalf() {
        ScoredSamples samples = TestPolicies.samples(8, 1000, 1);
        Selection selection = new CalibratedPolicy(Fraction.of(0.5), CalibratedPolicy.Calibration.EXACT)
                .select(samples, Fraction.of(0.5), 5);
        assertThat(Arrays.stream(selection.weights()).filter(w -> w == 3).count())
                .isEqualTo(250);
        assertThat(Arrays.stream(selection.weights()).filter(w -> w == 1).count())
                .isEqualTo(250);
    }

    @Test
    void estimatesTheFullMeanWithoutBiasByExactWeights() {
        int n = 200;
        ScoredSamples samples = TestPolicies.samples(8, n, 7);
        double[] losses = new Random(3).doubles(n).map(u -> u * u).toArray();
        for (int i = 0; i < n; i++) {
            losses[i] += Math.abs(samples.score(i));
        }
        double full = Arrays.stream(losses).average().getAsDouble();
        CalibratedPolicy policy = new CalibratedPolicy(Fraction.of(0.3), CalibratedPolicy.Calibration.EXACT);
        int draws = 5_000;
        double sum = 0;
        double squares = 0;
        for (int seed = 0; seed < draws; seed++) {
            Selection selection = policy.select(samples, Fraction.of(0.2), seed);
            double estimate = 0;
            for (int p = 0; p < selection.size(); p++) {
                estimate += selection.weights()[p] * losses[selection.indices()[p]] / n;
            }
            sum += estimate;
            squares += estimate * estimate;
        }
        double mean = sum / draws;
        double error = Math.sqrt((squares / draws - mean * mean) / draws);
        assertThat(mean).isCloseTo(full, within(4 * error));
        assertThat(error).isLessThan(0.005 * full);
    }

    @Test
    void drawsEverySampleAsOftenUnderRandom() {
        int[] taken = new int[10];
        int draws = 5_000;
        for (int seed = 0; seed < draws; seed++) {
            for (int i : new RandomPolicy().select(TEN, Fraction.of(0.3), seed).indices()) {
                taken[i]++;
            }
        }
        double deviation = Math.sqrt(draws * 0.3 * 0.7);
        for (int count : taken) {
            assertThat((double) count).isCloseTo(0.3 * draws, within(4.5 * deviation));
        }
    }

    @Test
    void drawsInProportionToScoreMinusSmallestUnderSampled() {
        int[] taken = new int[10];
        int draws = 10_000;
        for (int seed = 0; seed < draws; seed++) {
            taken[new SampledPolicy(false).select(TEN, Fraction.of(0.1), seed).indices()[0]]++;
        }
        double total = IntStream.range(0, 10).mapToDouble(i -> SCORES[i] - 0.1).sum();
        for (int i = 0; i < 10; i++) {
            double p = (SCORES[i] - 0.1) / total;
            assertThat((double) taken[i]).isCloseTo(draws * p, within(4.5 * Math.sqrt(draws * p * (1 - p)) + 1));
        }
        assertThat(taken[1]).isZero();
    }

    /**
     * 97 samples score 0, three 100, one 50, two are outliers. β = 2/103 drops the outliers; of the 50 strata over 0 … 100 three
     * hold samples: one, three and 97. With k = 5 they give floor(5/3) = 1, floor(4/2) = 2 and the 2 that are left.
     */
    @Test
    void spreadsTheBudgetOverTheStrataFromTheSmallestUp() {
        float[] scores = new float[103];
        Arrays.fill(scores, 97, 100, 100);
        scores[100] = 50;
        scores[101] = 1000;
        scores[102] = 1001;
        ScoredSamples samples = ScoredSamples.of(scores, Keeps.HIGHEST, null, 0);
        int[] kept = new StratifiedPolicy(Fraction.of(0.02))
                .select(samples, Fraction.of(0.0485), 1)
                .indices();
        assertThat(kept).hasSize(5).contains(100).doesNotContain(101, 102);
        assertThat(Arrays.stream(kept).filter(i -> i >= 97 && i < 100).count()).isEqualTo(2);
        assertThat(Arrays.stream(kept).filter(i -> i < 97).count()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({
        "1, 0",
        "0.7, 0",
        "0.5, 0",
        "0.4, 0",
        "0.39, 0.1",
        "0.3, 0.1",
        "0.2, 0.1",
        "0.15, 0.1",
        "0.149, 0.3",
        "0.1, 0.3"
    })
    void cutsMislabelledSamplesByThePublishedFractions(double ratio, double beta) {
        assertThat(new StratifiedPolicy(null).cut(Fraction.of(ratio))).isEqualTo(Fraction.of(beta));
    }

    @Test
    void neverFillsAClassWithSamplesOfAnotherWhenItLacksPositiveScores() {
        float[] scores = {-1, -2, -3, 5, 6, 7, 8, 9};
        int[] labels = {0, 0, 0, 1, 1, 1, 1, 1};
        ScoredSamples samples = ScoredSamples.of(scores, Keeps.HIGHEST, labels, 2);
        Selection selection =
                new ClassBalancedPolicy(ClassBalancedPolicy.Quota.EQUAL).select(samples, Fraction.of(0.5), 0);
        assertThat(selection.indices()).containsExactly(0, 1, 6, 7);
    }

    @Test
    void usesEachClassesOwnSizeForItsQuota() {
        int[] labels = new int[100];
        Arrays.fill(labels, 60, 90, 1);
        Arrays.fill(labels, 90, 100, 2);
        ScoredSamples samples = ScoredSamples.of(new float[100], Keeps.HIGHEST, labels, 3);
        assertThat(new ClassBalancedPolicy(ClassBalancedPolicy.Quota.PROPORTIONAL)
                        .select(samples, Fraction.of(0.2), 0)
                        .classCounts(samples))
                .containsExactly(12, 6, 2);
    }

    @Test
    void keepsTheBudgetWhateverTheMislabelCut() {
        ScoredSamples samples = TestPolicies.samples(8, 100, 1);
        for (double beta : new double[] {0, 0.3, 0.8, 1}) {
            StratifiedPolicy policy = new StratifiedPolicy(Fraction.of(beta));
            assertThat(policy.select(samples, Fraction.of(0.5), 0).size()).isEqualTo(50);
        }
    }

    @Test
    void stratifiesScoresThatAreAllZeroOrAllNegativeWithoutLosingASample() {
        StratifiedPolicy policy = new StratifiedPolicy(Fraction.ZERO);
        ScoredSamples zeros = ScoredSamples.of(new float[60], Keeps.HIGHEST, null, 0);
        assertThat(policy.select(zeros, Fraction.of(0.5), 0).size()).isEqualTo(30);
        ScoredSamples negative = ScoredSamples.of(new float[] {-1, -2, -3}, Keeps.HIGHEST, null, 0);
        assertThat(policy.select(negative, Fraction.ONE, 0).indices()).containsExactly(0, 1, 2);
    }

    /** Computed once, by this code and by an independent script alike: these lists may never change. */
    @ParameterizedTest
    @CsvSource({
        "random, 0, '[3, 5, 9]'",
        "random, 42, '[3, 6, 8]'",
        "calibrated, 0, '[0, 4, 8]'",
        "sampled, 0, '[2, 3, 5]'",
        "stratified, 0, '[4, 5, 7]'"
    })
    void drawsTheSameListForEver(String policy, long seed, String expected) {
        Selection selection = SubsetPolicies.of(policy, Map.of(), "").select(TEN, Fraction.of(0.3), seed);
        assertThat(Arrays.toString(selection.indices())).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "best, skip=0.1, policy",
        "top, skip=0.1, skip",
        "window, alpha=0.1, alpha",
        "window, skip=1.1, skip",
        "calibrated, alpha=1, alpha",
        "calibrated, calibration=hard, calibration",
        "calibrated, calibration=EXACT, calibration",
        "class-balanced, quota=same, quota",
        "sampled, standardized=yes, standardized",
        "stratified, mislabel=-0.1, mislabel"
    })
    void refusesAPolicyOrParameterNamingTheField(String policy, String parameter, String field) {
        Map<String, String> parameters =
                Map.of(parameter.split("=")[0], parameter.split("=")[1]);
        assertThatThrownBy(() -> SubsetPolicies.of(policy, parameters, "policies[0]."))
                .isInstanceOfSatisfying(
                        InvalidRequestException.class,
                        e -> assertThat(e.violations().get(0).field()).isEqualTo("policies[0]." + field));
    }

    @Test
    void refusesClassesThatAreNotKnown() {
        ScoredSamples unlabelled = ScoredSamples.of(SCORES, Keeps.HIGHEST, null, 0);
        assertThatThrownBy(() -> new ClassStandardizedPolicy().select(unlabelled, Fraction.of(0.5), 0))
                .isInstanceOf(IllegalStateException.class);
    }
}
