package io.winnow.dataset;

import java.io.IOException;
import java.util.List;

/** A sample cannot be used, and is not skipped. */
final class BadSampleException extends IOException {

    private final transient Dataset.Problem problem;
    private final transient List<Dataset.Problem> skipped;

    BadSampleException(Dataset.Problem problem, List<Dataset.Problem> skipped) {
        super(problem.message());
        this.problem = problem;
        this.skipped = List.copyOf(skipped);
    }

    BadSampleException(int position, String message) {
        this(new Dataset.Problem(position, message), List.of());
    }

    Dataset.Problem problem() {
        return problem;
    }

    /** Those that were skipped before. */
    List<Dataset.Problem> skipped() {
        return skipped;
    }
}
