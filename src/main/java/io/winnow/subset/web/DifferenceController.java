package io.winnow.subset.web;

import io.winnow.platform.InvalidRequestException;
import io.winnow.platform.web.StrictQuery;
import io.winnow.subset.KeptSamples;
import io.winnow.subset.StoredSubsets;
import io.winnow.subset.SubsetDifference;
import io.winnow.subset.SubsetHead;
import io.winnow.subset.SubsetSelector;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** {@code GET /subsets/diff}: two subsets beside each other, stored ones or such as a request would give. */
@RestController
class DifferenceController {

    private final SubsetRequests requests;
    private final SubsetSelector selector;
    private final StoredSubsets stored;

    DifferenceController(SubsetRequests requests, SubsetSelector selector, StoredSubsets stored) {
        this.requests = requests;
        this.selector = selector;
        this.stored = stored;
    }

    /** Both heads and what the lists have in common. */
    record Answer(SubsetHead a, SubsetHead b, SubsetDifference difference) {}

    private record Side(SubsetHead head, KeptSamples samples) {}

    @GetMapping("/subsets/diff")
    Answer diff(@RequestParam String a, @RequestParam String b, HttpServletRequest http) throws IOException {
        StrictQuery.of(http.getParameterMap(), Set.of("a", "b"));
        Side first = side("a", a);
        Side second = side("b", b);
        if (first.head().total() != second.head().total()) {
            throw new InvalidRequestException(
                    "b",
                    "chooses from %d samples and a from %d: they are not subsets of the same samples"
                            .formatted(second.head().total(), first.head().total()));
        }
        return new Answer(first.head(), second.head(), SubsetDifference.between(first.samples(), second.samples()));
    }

    /**
     * @param value id or name of a stored subset or, with an equals sign in it, the query of a request
     */
    private Side side(String field, String value) {
        if (!value.contains("=")) {
            StoredSubsets.Stored found = stored.require(value);
            return new Side(found.head(), found.samples());
        }
        SubsetRequests.Chosen chosen = requests.read(query(field, value));
        var subset = selector.select(chosen.request());
        return new Side(SubsetHead.of(chosen.request(), subset, chosen.because()), subset.samples());
    }

    /** Reads what stands in a parameter as the query of a request. */
    static StrictQuery query(String field, String value) {
        Map<String, String[]> parameters = new LinkedHashMap<>();
        for (String pair : value.split("&")) {
            String[] parts = pair.split("=", 2);
            String text = parts.length == 2 ? decoded(field, parts[1]) : "";
            String @Nullable [] before = parameters.get(parts[0]);
            parameters.put(parts[0], before == null ? new String[] {text} : new String[] {before[0], text});
        }
        return StrictQuery.of(parameters, SubsetRequests.PARAMETERS);
    }

    private static String decoded(String field, String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new InvalidRequestException(field, "is not a well-formed query");
        }
    }
}
