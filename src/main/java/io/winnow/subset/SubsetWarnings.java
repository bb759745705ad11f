package io.winnow.subset;

import io.winnow.platform.Fraction;
import io.winnow.scoring.ScoreSet;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** What a user should know before training on a subset. */
final class SubsetWarnings {

    /**
     * At and below this ratio score-only pruning loses to random choice. Measured with 13 methods on two data sets: at 0.3 by 7 and 11
     * of them, at 0.2 by 12 and 11, at 0.1 by 12 and all; dynamic-uncertainty alone did not on one of the two (docs/policies.md).
     */
    private static final Fraction LITTLE = Fraction.of(0.3);

    private static final int FEW_RUNS = 3;

    /** Below this estimate of the rank correlation with a repetition of all runs, the order is mostly chance. */
    private static final double RELIABLE = 0.7;

    private static final int NAMED_CLASSES = 10;

    private SubsetWarnings() {}

    static List<String> of(SubsetRequest request, int @Nullable [] classCounts, int @Nullable [] classTotals) {
        List<String> warnings = new ArrayList<>(request.scoreSet().warnings());
        scoreOnly(request, warnings);
        fewRuns(request.scoreSet(), warnings);
        unreliable(request.scoreSet(), warnings);
        reduced(request, warnings);
        if (classCounts != null && classTotals != null) {
            vanished(classCounts, classTotals, warnings);
        } else if (request.scoreSet().classes() > 0) {
            warnings.add("The list was read past the heap, so classes are not counted and labels are left out.");
        }
        return List.copyOf(warnings);
    }

    private static void scoreOnly(SubsetRequest request, List<String> warnings) {
        boolean little = request.ratio().compareTo(LITTLE) <= 0;
        if (little
                && request.policy().scoreOnly()
                && !request.scoreSet().method().equals("random")) {
            warnings.add(
                    "At ratios of 0.3 and below, choosing by score alone loses to random choice by nearly every method"
                            + " (Ayed & Hayou 2023; measured in docs/findings.md); consider policy=calibrated or policy=stratified.");
        }
    }

    private static void fewRuns(ScoreSet set, List<String> warnings) {
        if (set.job() != null && set.runs() < FEW_RUNS) {
            warnings.add(
                    "The scores are the mean of %d %s: how far another run's would agree is not known below %d, and differs by method and network (see more runs in docs/findings.md); score with more runs."
                            .formatted(set.runs(), set.runs() == 1 ? "run" : "runs", FEW_RUNS));
        }
    }

    private static void unreliable(ScoreSet set, List<String> warnings) {
        ScoreSet.Reliability reliability = set.reliability();
        if (reliability == null
                || reliability.splitHalfSpearman() == null
                || set.method().equals("random")) {
            return;
        }
        // Halves that correlate negatively have no estimate for the whole: nothing could be less reliable.
        double expected = reliability.spearmanBrown() == null ? 0 : reliability.spearmanBrown();
        if (expected < RELIABLE) {
            warnings.add(
                    "The scores are unreliable: two halves of the %d runs order the samples with a rank correlation of %.2f; score with more runs."
                            .formatted(set.runs(), reliability.splitHalfSpearman()));
        }
    }

    private static void reduced(SubsetRequest request, List<String> warnings) {
        int n = request.scoreSet().size();
        int k = request.kept();
        if (request.policy() instanceof WindowPolicy window
                && window.skipped(n, k) < window.skip().share(n)) {
            warnings.add("Only %d samples are skipped: more would leave fewer than the %d to keep."
                    .formatted(window.skipped(n, k), k));
        }
        if (request.policy() instanceof StratifiedPolicy stratified) {
            int wanted = stratified.cut(request.ratio()).share(n);
            int dropped = stratified.dropped(n, k, request.ratio());
            if (dropped < wanted) {
                warnings.add("Only %d samples are dropped as mislabelled: more would leave fewer than the %d to keep."
                        .formatted(dropped, k));
            }
        }
    }

    private static void vanished(int[] counts, int[] totals, List<String> warnings) {
        int[] gone = IntStream.range(0, counts.length)
                .filter(c -> counts[c] == 0 && totals[c] > 0)
                .toArray();
        if (gone.length > 0) {
            String named = IntStream.of(gone)
                    .limit(NAMED_CLASSES)
                    .mapToObj(Integer::toString)
                    .collect(Collectors.joining(", "));
            warnings.add("%d of %d classes have no sample left: %s%s; policy=class-balanced keeps each in proportion."
                    .formatted(gone.length, counts.length, named, gone.length > NAMED_CLASSES ? ", …" : ""));
        }
    }
}
