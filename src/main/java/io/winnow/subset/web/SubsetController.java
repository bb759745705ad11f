package io.winnow.subset.web;

import io.micrometer.core.instrument.Timer;
import io.winnow.dataset.Datasets;
import io.winnow.dataset.SampleKeys;
import io.winnow.platform.tabular.Delivery;
import io.winnow.platform.tabular.Format;
import io.winnow.platform.web.PageQuery;
import io.winnow.platform.web.PageResponse;
import io.winnow.platform.web.StrictQuery;
import io.winnow.scoring.ScoreSet;
import io.winnow.subset.KeyedSamples;
import io.winnow.subset.StoredSubsets;
import io.winnow.subset.Subset;
import io.winnow.subset.SubsetHead;
import io.winnow.subset.SubsetRequest;
import io.winnow.subset.SubsetSelector;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.web.HttpMediaTypeNotAcceptableException;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;

/** {@code GET /subsets}: the samples to keep, at any ratio; without one, the stored subsets. */
@RestController
class SubsetController {

    /** Raised whenever the bytes of an answer change for the same request. */
    private static final String FORMAT_VERSION = "1";

    private static final Set<Format> FORMATS = EnumSet.allOf(Format.class);
    private static final Set<Format> WITH_ROWS = EnumSet.of(Format.NDJSON, Format.CSV, Format.PARQUET);
    private static final Set<String> PAGE = Set.of("page", "size");
    private static final Set<String> PARAMETERS = parameters();

    private final SubsetRequests requests;
    private final SubsetSelector selector;
    private final SubsetWriter writer;
    private final Datasets datasets;
    private final StoredSubsets stored;
    private final JsonMapper json;
    private final SubsetMetrics metrics;

    SubsetController(
            SubsetRequests requests,
            SubsetSelector selector,
            SubsetWriter writer,
            Datasets datasets,
            StoredSubsets stored,
            JsonMapper json,
            SubsetMetrics metrics) {
        this.requests = requests;
        this.selector = selector;
        this.writer = writer;
        this.datasets = datasets;
        this.stored = stored;
        this.json = json;
        this.metrics = metrics;
    }

    private static Set<String> parameters() {
        Set<String> names = new TreeSet<>(SubsetRequests.PARAMETERS);
        names.add("format");
        return names;
    }

    /** The query parameters beside those that say which subset. */
    record Shape(
            @Nullable String format,
            @Nullable String page,
            @Nullable String size) {}

    /** Selects where the request says what; lists the stored subsets where it says nothing, or only a page. */
    @GetMapping("/subsets")
    void get(
            @ParameterObject SubsetQuery documented,
            @ParameterObject Shape shape,
            HttpServletRequest http,
            HttpServletResponse response)
            throws IOException, HttpMediaTypeNotAcceptableException {
        if (PAGE.containsAll(http.getParameterMap().keySet())) {
            list(StrictQuery.of(http.getParameterMap(), PAGE), response);
        } else {
            select(http, response);
        }
    }

    private void list(StrictQuery query, HttpServletResponse response) throws IOException {
        PageQuery page = new PageQuery(query.integer("page", 0), query.integer("size", 1));
        response.setContentType("application/json");
        json.writeValue(
                response.getOutputStream(),
                PageResponse.of(stored.list(page.toRequest(StoredSubsets.NEWEST_FIRST)), head -> head));
    }

    private void select(HttpServletRequest http, HttpServletResponse response)
            throws IOException, HttpMediaTypeNotAcceptableException {
        Timer.Sample begun = metrics.begin();
        StrictQuery query = StrictQuery.of(http.getParameterMap(), PARAMETERS);
        SubsetRequests.Chosen chosen = requests.read(query);
        Format format = Format.of(http, query.text("format"), FORMATS);
        SubsetRequest request = chosen.request();
        Delivery delivery = new Delivery(http, response, format, "subset");
        response.setHeader("Winnow-Score-Set", request.scoreSet().id().toString());
        response.setHeader(
                "Winnow-Kept", request.kept() + "/" + request.scoreSet().size());
        try (SampleKeys keys = keys(format, request.scoreSet())) {
            boolean known = delivery.isKnown(identity(chosen, keys != null));
            if (!known) {
                Subset subset = selector.select(request);
                writer.send(
                        delivery,
                        format,
                        keys == null ? subset.samples() : new KeyedSamples(subset.samples(), keys),
                        () -> SubsetHead.of(request, subset, chosen.because()));
            }
            metrics.end(begun, request.policy().id(), format, !known);
        }
    }

    /** The keys of the scored samples, for a list that has rows; null when they have none or their dataset is deleted. */
    private @Nullable SampleKeys keys(Format format, ScoreSet scored) {
        return WITH_ROWS.contains(format)
                ? datasets.trainingKeys(scored.datasetId()).orElse(null)
                : null;
    }

    /** The seed is told in the answer even where it has no influence on the list. */
    private static String identity(SubsetRequests.Chosen chosen, boolean keyed) {
        return String.join(
                "|",
                FORMAT_VERSION,
                keyed ? "keys" : "",
                chosen.request().identity(),
                Long.toString(chosen.request().seed()),
                chosen.because());
    }
}
