package io.winnow.scoring;

import java.util.List;
import java.util.Set;

/**
 * A way to score samples. Adding one means: a final class in {@code scoring.method}, a subclass of the contract test, a
 * page in {@code docs/methods}.
 */
public interface ScoringMethod {

    /** The stable name in requests and answers, such as {@code el2n}. */
    String id();

    /** Which end of the score is important. */
    Keeps keeps();

    Set<Need> needs();

    /** What to know before relying on its scores of that epoch; told with every subset made of them. */
    default List<String> warnings(int epoch) {
        return List.of();
    }

    /** Starts the fold of one run: it receives the quantities asked for and turns them into scores. */
    ScoreFold begin(RunContext run);
}
