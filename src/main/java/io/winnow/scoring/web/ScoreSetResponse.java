package io.winnow.scoring.web;

import io.winnow.scoring.Keeps;
import io.winnow.scoring.ScoreSet;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A score set as the API shows it. */
record ScoreSetResponse(
        UUID id,
        @Nullable String name,
        @Nullable String dataset,
        @Nullable UUID job,
        String method,
        @Nullable Integer epoch,
        int runs,
        Keeps keeps,
        int size,
        int classes,
        double min,
        double max,
        double mean,
        double std,
        ScoreSet.Histogram histogram,
        ScoreSet.@Nullable Reliability reliability,
        Map<String, Double> facts,
        List<String> warnings,
        Instant createdAt) {

    static ScoreSetResponse of(ScoreSet set) {
        return new ScoreSetResponse(
                set.id(),
                set.name(),
                set.dataset(),
                set.job(),
                set.method(),
                set.epoch(),
                set.runs(),
                set.keeps(),
                set.size(),
                set.classes(),
                set.min(),
                set.max(),
                set.mean(),
                set.std(),
                set.histogram(),
                set.reliability(),
                set.facts(),
                set.warnings(),
                set.createdAt());
    }
}
