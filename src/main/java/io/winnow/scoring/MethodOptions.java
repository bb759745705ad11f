package io.winnow.scoring;

import io.winnow.surrogate.GradientScope;

/**
 * Options of the methods, complete with defaults.
 *
 * @param neverLearned what {@code forgetting} gives a sample that was never classified right in a run
 * @param stages number of stages of {@code moso}, at least 1
 * @param chunks parts on which {@code moso} trains a surrogate each; 1 trains one on everything
 * @param scope parameters over which {@code moso} takes gradients
 * @param window epochs J of the sliding window of {@code dynamic-uncertainty} and {@code dual}, at least 2
 */
public record MethodOptions(NeverLearned neverLearned, int stages, int chunks, GradientScope scope, int window) {

    public static final MethodOptions DEFAULTS = new MethodOptions(NeverLearned.MAX, 10, 1, GradientScope.ALL, 10);

    /** Libraries differ in what a never-learned sample counts. */
    public enum NeverLearned {
        /** The number of epochs: above any count that can occur. */
        MAX,
        /** No forgetting event was seen, so zero. */
        ZERO
    }
}
