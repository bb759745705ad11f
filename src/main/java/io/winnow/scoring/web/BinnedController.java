package io.winnow.scoring.web;

import io.winnow.platform.HeapShare;
import io.winnow.platform.InvalidRequestException;
import io.winnow.platform.web.StrictQuery;
import io.winnow.scoring.Bins;
import io.winnow.scoring.ScoreSet;
import io.winnow.scoring.ScoreSet.Histogram;
import io.winnow.scoring.ScoreStore;
import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Figures of score sets, counted in bins: answers that do not grow with the data. */
@RestController
class BinnedController {

    private static final int FEWEST_BINS = 2;
    private static final int MOST_BINS = 128;
    private static final int DEFAULT_BINS = 40;
    /** Heap that a figure of two sets takes for each sample. */
    private static final long BYTES_A_SAMPLE = 8;

    private final ScoreStore scores;
    private final HeapShare heap;

    BinnedController(ScoreStore scores, HeapShare heap) {
        this.scores = scores;
        this.heap = heap;
    }

    /**
     * How many samples have which scores by two score sets.
     *
     * @param edges [bins + 1] of the scores of this set
     * @param withEdges [bins + 1] of those of the other
     * @param counts [bins][bins] samples, by the bin in this set, then by that in the other
     */
    record Scatter(UUID scoreSet, UUID with, int size, double[] edges, double[] withEdges, long[][] counts) {}

    @GetMapping("/score-sets/{id}/scatter")
    Scatter scatter(
            @PathVariable String id,
            @RequestParam("with") String with,
            @RequestParam(required = false) @Nullable String bins,
            HttpServletRequest http) {
        int count = bins(StrictQuery.of(http.getParameterMap(), Set.of("with", "bins")));
        ScoreSet a = scores.require(StrictQuery.id("id", id));
        ScoreSet b = scores.require(StrictQuery.id("with", with));
        if (a.size() != b.size()) {
            throw new InvalidRequestException(
                    "with", "scores %d samples and this set %d: they cannot be compared".formatted(b.size(), a.size()));
        }
        return heap.over(a.size(), BYTES_A_SAMPLE, "counting", () -> scatter(a, b, count));
    }

    private Scatter scatter(ScoreSet a, ScoreSet b, int count) {
        Bins binsA = Bins.over(a.min(), a.max(), count);
        Bins binsB = Bins.over(b.min(), b.max(), count);
        float[] scoresA = scores.scores(a.id());
        float[] scoresB = scores.scores(b.id());
        long[][] counts = new long[count][count];
        for (int i = 0; i < scoresA.length; i++) {
            counts[binsA.of(scoresA[i])][binsB.of(scoresB[i])]++;
        }
        return new Scatter(a.id(), b.id(), a.size(), binsA.edges(), binsB.edges(), counts);
    }

    /**
     * How far the runs differ about the samples.
     *
     * @param mean over the samples, of the standard deviation over the runs (with n − 1; 0 for one run)
     * @param max of the standard deviations
     * @param histogram of the standard deviations
     * @param byScore the same against the scores
     */
    record Spread(UUID scoreSet, int runs, double mean, double max, Histogram histogram, List<SpreadBin> byScore) {}

    /**
     * @param from where the bin of scores begins
     * @param to where it ends
     * @param samples in it
     * @param std mean of their standard deviations; null where there are none
     */
    record SpreadBin(
            double from, double to, long samples, @Nullable Double std) {}

    @GetMapping("/score-sets/{id}/spread")
    Spread spread(
            @PathVariable String id, @RequestParam(required = false) @Nullable String bins, HttpServletRequest http) {
        int count = bins(StrictQuery.of(http.getParameterMap(), Set.of("bins")));
        ScoreSet set = scores.require(StrictQuery.id("id", id));
        return heap.over(set.size(), BYTES_A_SAMPLE, "counting", () -> spread(set, count));
    }

    private Spread spread(ScoreSet set, int count) {
        float[] means = scores.scores(set.id());
        float[] spread = scores.spread(set.id());
        double sum = 0;
        float max = 0;
        for (float std : spread) {
            sum += std;
            max = Math.max(max, std);
        }
        Bins ofSpread = max == 0 ? new Bins(0, 1, count) : new Bins(0, max, count);
        Bins ofScores = Bins.over(set.min(), set.max(), count);
        long[] counts = new long[count];
        long[] samples = new long[count];
        double[] sums = new double[count];
        for (int i = 0; i < spread.length; i++) {
            counts[ofSpread.of(spread[i])]++;
            int bin = ofScores.of(means[i]);
            samples[bin]++;
            sums[bin] += spread[i];
        }
        double[] edges = ofScores.edges();
        List<SpreadBin> byScore = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            byScore.add(
                    new SpreadBin(edges[i], edges[i + 1], samples[i], samples[i] == 0 ? null : sums[i] / samples[i]));
        }
        return new Spread(
                set.id(), set.runs(), sum / spread.length, max, new Histogram(ofSpread.edges(), counts), byScore);
    }

    private static int bins(StrictQuery query) {
        Integer asked = query.integer("bins", FEWEST_BINS);
        if (asked != null && asked > MOST_BINS) {
            throw new InvalidRequestException("bins", "must be at most " + MOST_BINS);
        }
        return asked == null ? DEFAULT_BINS : asked;
    }
}
