package io.winnow.subset;

import io.winnow.platform.Fraction;
import io.winnow.scoring.ScoreSet;
import java.util.TreeMap;

/**
 * Which samples are wanted.
 *
 * @param ratio the fraction to keep, above 0
 * @param seed of the policies that draw
 */
public record SubsetRequest(ScoreSet scoreSet, SubsetPolicy policy, Fraction ratio, long seed, Order order) {

    /** The order of a list. */
    public enum Order {
        /** By rising index. */
        INDEX,
        /** The most important first. */
        IMPORTANCE
    }

    /** k, the number of samples kept. */
    public int kept() {
        return ratio.kept(scoreSet.size());
    }

    SubsetRequest in(Order other) {
        return new SubsetRequest(scoreSet, policy, ratio, seed, other);
    }

    /** All that the list follows from, as one line. */
    public String identity() {
        return "%s|%s|%s|%s|%d|%s"
                .formatted(
                        scoreSet.id(),
                        policy.id(),
                        new TreeMap<>(policy.parameters(ratio)),
                        ratio,
                        policy.seeded() ? seed : 0,
                        order);
    }
}
