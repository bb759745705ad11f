package io.winnow.subset;

import io.winnow.platform.Fraction;
import java.util.Map;

/**
 * A rule that chooses which samples to keep. A pure function of scores, classes, ratio, parameters and seed: the same
 * request gives the same list on any machine, for ever. k = round-half-up(ratio · N), at least 1.
 */
public sealed interface SubsetPolicy
        permits TopPolicy,
                BottomPolicy,
                WindowPolicy,
                RandomPolicy,
                CalibratedPolicy,
                ClassBalancedPolicy,
                ClassStandardizedPolicy,
                SampledPolicy,
                StratifiedPolicy {

    /** The name in requests and answers, such as {@code class-balanced}. */
    String id();

    /**
     * The parameters in force at a ratio, defaults included, as answers tell them. Values are numbers, strings and
     * booleans.
     */
    default Map<String, Object> parameters(Fraction ratio) {
        return Map.of();
    }

    /** Whether the classes of the samples must be known. */
    default boolean needsClasses() {
        return false;
    }

    /** Whether the score alone decides, which is measured to lose to random choice when little is kept. */
    default boolean scoreOnly() {
        return false;
    }

    /** Whether the seed has an influence on the list. */
    default boolean seeded() {
        return false;
    }

    /**
     * Chooses k samples.
     *
     * @throws IllegalStateException when the policy needs classes and they are not known
     */
    Selection select(ScoredSamples samples, Fraction ratio, long seed);
}
