package io.winnow.scoring.web;

import io.winnow.platform.web.PageQuery;
import io.winnow.platform.web.PageResponse;
import io.winnow.platform.web.StrictQuery;
import io.winnow.scoring.ScoreStore;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.data.domain.Sort;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** What score sets there are, and what each is like. */
@RestController
@RequestMapping("/score-sets")
class ScoreSetController {

    private static final Set<String> PARAMETERS = Set.of("dataset", "method", "job", "epoch", "page", "size");

    private final ScoreStore scores;

    ScoreSetController(ScoreStore scores) {
        this.scores = scores;
    }

    /** The query parameters, as the contract lists them. */
    record Query(
            @Nullable String dataset,
            @Nullable String method,
            @Nullable String job,
            @Nullable String epoch,
            @Nullable String page,
            @Nullable String size) {}

    @GetMapping
    PageResponse<ScoreSetResponse> list(@ParameterObject Query documented, HttpServletRequest http) {
        StrictQuery query = StrictQuery.of(http.getParameterMap(), PARAMETERS);
        ScoreStore.Filter filter = new ScoreStore.Filter(
                query.text("dataset"), query.text("method"), query.id("job"), query.integer("epoch", 0));
        PageQuery page = new PageQuery(query.integer("page", 0), query.integer("size", 1));
        return PageResponse.of(scores.list(filter, page.toRequest(Sort.unsorted())), ScoreSetResponse::of);
    }

    @GetMapping("/{id}")
    ScoreSetResponse get(@PathVariable String id) {
        return ScoreSetResponse.of(scores.require(StrictQuery.id("id", id)));
    }
}
