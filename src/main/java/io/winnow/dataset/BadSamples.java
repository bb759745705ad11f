package io.winnow.dataset;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The samples of a split that could not be used, and how many of these are put up with. */
final class BadSamples {

    private final int most;
    private final List<Dataset.Problem> problems = new ArrayList<>();
    private int[] positions = new int[16];
    private int count;

    /** @param most that are skipped; 0 to fail with the first */
    BadSamples(int most) {
        this.most = most;
    }

    /** @throws BadSampleException when there are too many */
    void add(int position, String message) throws BadSampleException {
        Dataset.Problem problem = new Dataset.Problem(position, message);
        if (count == most) {
            throw new BadSampleException(problem, problems);
        }
        if (count == positions.length) {
            positions = Arrays.copyOf(positions, 2 * count);
        }
        positions[count++] = position;
        if (problems.size() < Dataset.MOST_PROBLEMS) {
            problems.add(problem);
        }
    }

    /** Takes over what an earlier process found. */
    void replay(IngestCheckpoint checkpoint) {
        positions = Arrays.copyOf(checkpoint.skipped(), Math.max(16, checkpoint.skipped().length));
        count = checkpoint.skipped().length;
        problems.addAll(checkpoint.problems());
    }

    int count() {
        return count;
    }

    int[] positions() {
        return Arrays.copyOf(positions, count);
    }

    /** What was wrong with the first of them. */
    List<Dataset.Problem> problems() {
        return List.copyOf(problems);
    }
}
