package io.winnow.subset.web;

import io.micrometer.core.instrument.Timer;
import io.winnow.dataset.Datasets;
import io.winnow.dataset.SampleKeys;
import io.winnow.platform.InvalidRequestException;
import io.winnow.platform.tabular.Delivery;
import io.winnow.platform.tabular.Format;
import io.winnow.platform.web.StrictQuery;
import io.winnow.subset.KeyedSamples;
import io.winnow.subset.StoredSubsets;
import io.winnow.subset.Subset;
import io.winnow.subset.SubsetHead;
import io.winnow.subset.SubsetSelector;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.HttpMediaTypeNotAcceptableException;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Subsets that are kept under a name. */
@RestController
class StoredSubsetController {

    private static final String FORMAT_VERSION = "1";
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");
    private static final Set<Format> FORMATS = EnumSet.allOf(Format.class);

    private final SubsetRequests requests;
    private final SubsetSelector selector;
    private final StoredSubsets stored;
    private final SubsetWriter writer;
    private final Datasets datasets;
    private final SubsetMetrics metrics;

    StoredSubsetController(
            SubsetRequests requests,
            SubsetSelector selector,
            StoredSubsets stored,
            SubsetWriter writer,
            Datasets datasets,
            SubsetMetrics metrics) {
        this.requests = requests;
        this.selector = selector;
        this.stored = stored;
        this.writer = writer;
        this.datasets = datasets;
        this.metrics = metrics;
    }

    @PostMapping(path = "/subsets", consumes = "application/json")
    @ResponseStatus(HttpStatus.CREATED)
    ResponseEntity<SubsetHead> keep(@RequestBody SubsetBody body) {
        String name = requireName(body.name());
        SubsetRequests.Chosen chosen = requests.read(body.toQuery());
        Subset subset = selector.select(chosen.request());
        SubsetHead kept = keep(name, SubsetHead.of(chosen.request(), subset, chosen.because()), chosen, subset);
        return ResponseEntity.created(URI.create("/subsets/" + kept.id())).body(kept);
    }

    /** The names of the samples are stored with them: a stored subset outlives its dataset and never changes. */
    private SubsetHead keep(String name, SubsetHead head, SubsetRequests.Chosen chosen, Subset subset) {
        UUID dataset = chosen.request().scoreSet().datasetId();
        try (SampleKeys keys = datasets.trainingKeys(dataset).orElse(null)) {
            return stored.keep(name, head, keys == null ? subset.samples() : new KeyedSamples(subset.samples(), keys));
        }
    }

    private static String requireName(@Nullable String name) {
        if (name == null) {
            throw new InvalidRequestException("name", "is required");
        }
        boolean reserved = name.equals("diff") || StrictQuery.isId(name);
        if (!NAME.matcher(name).matches() || reserved) {
            throw new InvalidRequestException(
                    "name", "must match [a-z0-9][a-z0-9._-]{0,62} and be neither a UUID nor 'diff'");
        }
        return name;
    }

    @GetMapping("/subsets/{id}")
    void get(
            @PathVariable String id,
            @RequestParam(required = false) @Nullable String format,
            HttpServletRequest http,
            HttpServletResponse response)
            throws IOException, HttpMediaTypeNotAcceptableException {
        Timer.Sample begun = metrics.begin();
        StrictQuery query = StrictQuery.of(http.getParameterMap(), Set.of("format"));
        Format chosen = Format.of(http, query.text("format"), FORMATS);
        StoredSubsets.Stored found = stored.require(id);
        Delivery delivery = new Delivery(
                http, response, chosen, Objects.requireNonNull(found.head().name()));
        response.setHeader("Winnow-Score-Set", found.head().scoreSet().toString());
        response.setHeader(
                "Winnow-Kept", found.head().size() + "/" + found.head().total());
        boolean known =
                delivery.isKnown(FORMAT_VERSION + "|stored|" + found.head().id());
        if (!known) {
            writer.send(delivery, chosen, found.samples(), found::head);
        }
        metrics.end(begun, "stored", chosen, !known);
    }
}
