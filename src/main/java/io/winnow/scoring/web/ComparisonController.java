package io.winnow.scoring.web;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.winnow.dataset.Datasets;
import io.winnow.dataset.SampleKeys;
import io.winnow.platform.Fraction;
import io.winnow.platform.HeapShare;
import io.winnow.platform.InvalidRequestException;
import io.winnow.platform.web.StrictQuery;
import io.winnow.scoring.Agreement;
import io.winnow.scoring.Keeps;
import io.winnow.scoring.ScoreSet;
import io.winnow.scoring.ScoreStore;
import jakarta.servlet.http.HttpServletRequest;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Questions about score sets: how two agree, and which samples look mislabelled. */
@RestController
class ComparisonController {

    private static final String DEFAULT_RATIO = "0.5";
    private static final int DEFAULT_SUSPECTS = 100;
    private static final int MOST_SUSPECTS = 10_000;
    /** Heap that a comparison takes for each sample. */
    private static final long BYTES_A_SAMPLE = 64;
    /** Labels, predictions, scores and a ranking. */
    private static final long BYTES_A_SUSPECT = 24;

    private final ScoreStore scores;
    private final Datasets datasets;
    private final HeapShare heap;

    ComparisonController(ScoreStore scores, Datasets datasets, HeapShare heap) {
        this.scores = scores;
        this.datasets = datasets;
        this.heap = heap;
    }

    /**
     * @param spearman rank correlation of the importance of the samples, equal ones sharing their mean rank; null when all are
     *     equally important in one of the sets
     * @param pearson correlation of the importance
     * @param overlap share of the samples that policy top keeps at the ratio by one set and by the other too
     * @param ratio fraction kept
     */
    record Agreements(
            @Nullable Double spearman, @Nullable Double pearson, double overlap, BigDecimal ratio, int size) {}

    @GetMapping("/score-sets/{id}/compare")
    Agreements compare(
            @PathVariable String id,
            @RequestParam("with") String with,
            @RequestParam(required = false) @Nullable String ratio,
            HttpServletRequest http) {
        StrictQuery.of(http.getParameterMap(), Set.of("with", "ratio"));
        Fraction kept = Fraction.parseRatio(ratio == null ? DEFAULT_RATIO : ratio, "ratio");
        ScoreSet a = scores.require(StrictQuery.id("id", id));
        ScoreSet b = scores.require(StrictQuery.id("with", with));
        if (a.size() != b.size()) {
            throw new InvalidRequestException(
                    "with", "scores %d samples and this set %d: they cannot be compared".formatted(b.size(), a.size()));
        }
        return heap.over(a.size(), BYTES_A_SAMPLE, "comparing", () -> compare(a, b, kept));
    }

    private Agreements compare(ScoreSet a, ScoreSet b, Fraction kept) {
        float[] importanceA = importance(a);
        float[] importanceB = importance(b);
        int k = kept.kept(a.size());
        return new Agreements(
                Agreement.spearman(importanceA, importanceB),
                Agreement.pearson(importanceA, importanceB),
                Agreement.overlap(scores.ranking(a.id(), k), scores.ranking(b.id(), k), k),
                kept.value(),
                a.size());
    }

    private float[] importance(ScoreSet set) {
        float[] stored = scores.scores(set.id());
        if (set.keeps() == Keeps.HIGHEST) {
            return stored;
        }
        float[] importance = new float[stored.length];
        for (int i = 0; i < importance.length; i++) {
            importance[i] = -stored[i];
        }
        return importance;
    }

    /** The samples most likely mislabelled, the most suspect first. */
    record Suspects(UUID scoreSet, String method, List<Suspect> suspects) {}

    /**
     * @param label null when no labels are known
     * @param predicted the class that most runs predict; null for imported scores
     * @param key its name in the user's data, where samples have one and their dataset is not deleted
     */
    record Suspect(
            int index,
            float score,
            @Nullable Integer label,
            @Nullable Integer predicted,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            String key) {}

    /**
     * A wrong label makes a sample important. Where the predictions of the runs are known, those samples come first whose
     * predicted class is not their label, by importance; then the others.
     */
    @GetMapping("/score-sets/{id}/suspects")
    Suspects suspects(
            @PathVariable String id, @RequestParam(required = false) @Nullable String limit, HttpServletRequest http) {
        StrictQuery query = StrictQuery.of(http.getParameterMap(), Set.of("limit"));
        Integer asked = query.integer("limit", 1);
        int most = asked == null ? DEFAULT_SUSPECTS : asked;
        if (most > MOST_SUSPECTS) {
            throw new InvalidRequestException("limit", "must be at most " + MOST_SUSPECTS);
        }
        ScoreSet set = scores.require(StrictQuery.id("id", id));
        return heap.over(set.size(), BYTES_A_SUSPECT, "ranking", () -> suspects(set, Math.min(most, set.size())));
    }

    private Suspects suspects(ScoreSet set, int most) {
        int[] labels = scores.labels(set);
        int[] predicted = scores.predicted(set);
        int[] ranking = mostSuspect(set, most, labels, predicted);
        List<Suspect> suspects = new ArrayList<>(ranking.length);
        float[] values = scores.scores(set.id());
        try (SampleKeys keys = datasets.trainingKeys(set.datasetId()).orElse(null)) {
            for (int i : ranking) {
                int index = set.positions().source(i);
                suspects.add(new Suspect(
                        index,
                        values[i],
                        labels == null ? null : labels[i],
                        predicted == null ? null : predicted[i],
                        keys == null ? null : keys.key(index)));
            }
        }
        return new Suspects(set.id(), set.method(), suspects);
    }

    private int[] mostSuspect(ScoreSet set, int count, int @Nullable [] labels, int @Nullable [] predicted) {
        if (labels == null || predicted == null) {
            return scores.ranking(set.id(), count);
        }
        int[] suspects = new int[count];
        int found = 0;
        int[] ranking = scores.ranking(set.id(), set.size());
        for (boolean agrees : new boolean[] {false, true}) {
            for (int r = 0; r < ranking.length && found < count; r++) {
                int i = ranking[r];
                if ((labels[i] == predicted[i]) == agrees) {
                    suspects[found++] = i;
                }
            }
        }
        return suspects;
    }
}
