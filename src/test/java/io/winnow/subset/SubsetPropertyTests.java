package io.winnow.subset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.winnow.platform.Fraction;
import java.util.Arrays;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** What holds for the policies on whatever scores, degenerate ones included. */
class SubsetPropertyTests {

    @Property(tries = 1000)
    void keepsExactlyKDistinctSamplesInRangeAndAlwaysTheSame(
            @ForAll("policies") SubsetPolicy policy,
            @ForAll("samples") ScoredSamples samples,
            @ForAll("ratios") Fraction ratio,
            @ForAll long seed) {
        Selection selection = policy.select(samples, ratio, seed);

        assertThat(selection.indices()).hasSize(ratio.kept(samples.size()));
        assertThat(selection.indices()).isSorted().doesNotHaveDuplicates();
        assertThat(selection.indices()[0]).isNotNegative();
        assertThat(selection.indices()[selection.size() - 1]).isLessThan(samples.size());
        Selection again = policy.select(samples, ratio, seed);
        assertThat(again.indices()).isEqualTo(selection.indices());
        assertThat(again.weights()).isEqualTo(selection.weights());
    }

    @Property(tries = 300)
    void keepsEverythingAtRatioOne(@ForAll("policies") SubsetPolicy policy, @ForAll("samples") ScoredSamples samples) {
        assertThat(policy.select(samples, Fraction.ONE, 3).indices())
                .isEqualTo(IntStream.range(0, samples.size()).toArray());
    }

    @Property(tries = 300)
    void nestsWhatIsPromisedToNest(
            @ForAll("samples") ScoredSamples samples,
            @ForAll("ratios") Fraction one,
            @ForAll("ratios") Fraction other,
            @ForAll long seed) {
        Fraction less = one.compareTo(other) < 0 ? one : other;
        Fraction more = less == one ? other : one;
        for (SubsetPolicy policy : new SubsetPolicy[] {
            new TopPolicy(),
            new BottomPolicy(),
            new RandomPolicy(),
            new SampledPolicy(false),
            new ClassBalancedPolicy(ClassBalancedPolicy.Quota.EQUAL)
        }) {
            int[] smaller = policy.select(samples, less, seed).indices();
            int[] larger = policy.select(samples, more, seed).indices();
            assertThat(Sorted.common(smaller, larger)).as(policy.id()).isEqualTo(smaller.length);
        }
    }

    @Property(tries = 500)
    void nestsProportionalQuotasWhenEveryShareGrowsByOne(
            @ForAll("samples") ScoredSamples samples, @ForAll @IntRange(min = 1, max = 100) int percent) {
        int smallest =
                Arrays.stream(samples.classCounts()).filter(c -> c > 0).min().getAsInt();
        Fraction less = Fraction.of(percent / 100.0);
        double grown = less.doubleValue() + 1.0 / smallest + 1.0 / samples.size();
        if (grown > 1) {
            return;
        }
        SubsetPolicy policy = new ClassBalancedPolicy(ClassBalancedPolicy.Quota.PROPORTIONAL);
        int[] smaller = policy.select(samples, less, 0).indices();
        int[] larger = policy.select(samples, Fraction.of(grown), 0).indices();
        assertThat(Sorted.common(smaller, larger)).isEqualTo(smaller.length);
    }

    @Property(tries = 500)
    void takesTheMostImportantTiesByIndexFirst(
            @ForAll("samples") ScoredSamples samples, @ForAll("ratios") Fraction ratio) {
        int[] byDefinition = IntStream.range(0, samples.size())
                .boxed()
                .sorted((a, b) -> Float.compare(samples.importance(b) + 0f, samples.importance(a) + 0f))
                .limit(ratio.kept(samples.size()))
                .mapToInt(i -> i)
                .toArray();
        Selection selection = new TopPolicy().select(samples, ratio, 0);
        assertThat(selection.byImportance(samples).indices()).isEqualTo(byDefinition);
        Arrays.sort(byDefinition);
        assertThat(selection.indices()).isEqualTo(byDefinition);
    }

    @Property(tries = 500)
    void weighsCalibratedSamplesToNInAll(
            @ForAll("samples") ScoredSamples samples,
            @ForAll("ratios") Fraction ratio,
            @ForAll @IntRange(min = 0, max = 99) int percent,
            @ForAll long seed) {
        Fraction alpha = Fraction.of(percent / 100.0);
        Selection exact = new CalibratedPolicy(alpha, CalibratedPolicy.Calibration.EXACT).select(samples, ratio, seed);
        Selection soft = new CalibratedPolicy(alpha, CalibratedPolicy.Calibration.SOFT).select(samples, ratio, seed);
        int n = samples.size();
        assertThat(Arrays.stream(exact.weights()).sum()).isCloseTo(n, within(1e-9 * n));
        assertThat(soft.indices()).isEqualTo(exact.indices());
        assertThat(soft.weights()).isNull();
    }

    @Property(tries = 500)
    void givesEachClassItsQuota(@ForAll("samples") ScoredSamples samples, @ForAll("ratios") Fraction ratio) {
        int n = samples.size();
        int k = ratio.kept(n);
        int[] sizes = samples.classCounts();
        int[] proportional = new ClassBalancedPolicy(ClassBalancedPolicy.Quota.PROPORTIONAL)
                .select(samples, ratio, 0)
                .classCounts(samples);
        int[] equal = new ClassBalancedPolicy(ClassBalancedPolicy.Quota.EQUAL)
                .select(samples, ratio, 0)
                .classCounts(samples);
        int level = Arrays.stream(equal).max().getAsInt();
        for (int c = 0; c < sizes.length; c++) {
            assertThat(Math.abs(proportional[c] - (double) k * sizes[c] / n)).isLessThan(1);
            assertThat(equal[c]).isLessThanOrEqualTo(sizes[c]);
            assertThat(equal[c] >= level - 1 || equal[c] == sizes[c]).isTrue();
        }
    }

    @Provide
    Arbitrary<SubsetPolicy> policies() {
        return Arbitraries.of(TestPolicies.ALL);
    }

    @Provide
    Arbitrary<Fraction> ratios() {
        return Arbitraries.integers().between(1, 1000).map(i -> Fraction.of(i / 1000.0));
    }

    @Provide
    Arbitrary<ScoredSamples> samples() {
        return Combinators.combine(
                        Arbitraries.integers().between(0, 8),
                        Arbitraries.integers().between(1, 300),
                        Arbitraries.longs())
                .as(TestPolicies::samples);
    }
}
