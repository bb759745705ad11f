package io.winnow.scoring.web;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.winnow.dataset.Datasets;
import io.winnow.dataset.SampleKeys;
import io.winnow.platform.InvalidRequestException;
import io.winnow.platform.web.PageQuery;
import io.winnow.platform.web.PageResponse;
import io.winnow.platform.web.StrictQuery;
import io.winnow.scoring.ScoreSet;
import io.winnow.scoring.ScoreStore;
import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.data.domain.PageRequest;
import org.springframework.data.domain.Sort;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** The samples of a score set from either end of its order, page by page. */
@RestController
class RankedController {

    private final ScoreStore scores;
    private final Datasets datasets;

    RankedController(ScoreStore scores, Datasets datasets) {
        this.scores = scores;
        this.datasets = datasets;
    }

    /** The query parameters, as the contract lists them. */
    record Query(
            @Nullable String order,
            @Nullable String page,
            @Nullable String size) {}

    /**
     * @param rank place in the order by importance, 0 being the most important
     * @param label null when no labels are known
     * @param predicted the class that most runs predict; null for imported scores
     * @param key its name in the user's data, where samples have one and their dataset is not deleted
     */
    record Ranked(
            int rank,
            int index,
            float score,
            @Nullable Integer label,
            @Nullable Integer predicted,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            String key) {}

    @GetMapping("/score-sets/{id}/samples")
    PageResponse<Ranked> samples(@PathVariable String id, @ParameterObject Query documented, HttpServletRequest http) {
        StrictQuery query = StrictQuery.of(http.getParameterMap(), Set.of("order", "page", "size"));
        boolean least = least(query.text("order"));
        PageRequest page = new PageQuery(query.integer("page", 0), query.integer("size", 1)).toRequest(Sort.unsorted());
        ScoreSet set = scores.require(StrictQuery.id("id", id));
        int from = (int) Math.min(page.getOffset(), set.size());
        int to = Math.min(from + page.getPageSize(), set.size());
        return new PageResponse<>(
                from == to ? List.of() : ranked(set, from, to, least),
                page.getPageNumber(),
                page.getPageSize(),
                set.size());
    }

    private static boolean least(@Nullable String order) {
        if (order != null && !order.equals("most") && !order.equals("least")) {
            throw new InvalidRequestException("order", "must be most or least");
        }
        return "least".equals(order);
    }

    private List<Ranked> ranked(ScoreSet set, int from, int to, boolean least) {
        int[] ranking = scores.ranking(set.id(), least ? set.size() : to);
        float[] values = scores.scores(set.id());
        int[] labels = scores.labels(set);
        int[] predicted = scores.predicted(set);
        List<Ranked> page = new ArrayList<>(to - from);
        try (SampleKeys keys = datasets.trainingKeys(set.datasetId()).orElse(null)) {
            for (int place = from; place < to; place++) {
                int rank = least ? set.size() - 1 - place : place;
                int i = ranking[rank];
                int index = set.positions().source(i);
                page.add(new Ranked(
                        rank,
                        index,
                        values[i],
                        labels == null ? null : labels[i],
                        predicted == null ? null : predicted[i],
                        keys == null ? null : keys.key(index)));
            }
        }
        return page;
    }
}
