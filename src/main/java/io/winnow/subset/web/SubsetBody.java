package io.winnow.subset.web;

import io.winnow.platform.web.StrictQuery;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The body of {@code POST /subsets}: a name and the parameters of {@code GET /subsets}. */
record SubsetBody(
        @Nullable String name,
        @Nullable BigDecimal ratio,
        @Nullable UUID scoreSet,
        @Nullable UUID job,
        @Nullable String dataset,
        @Nullable String method,
        @Nullable Integer epoch,
        @Nullable String policy,
        @Nullable BigDecimal alpha,
        @Nullable String calibration,
        @Nullable BigDecimal skip,
        @Nullable BigDecimal mislabel,
        @Nullable String quota,
        @Nullable Boolean standardized,
        @Nullable Long seed,
        @Nullable String order) {

    /** The same as query parameters, so that both are read by one rule. */
    StrictQuery toQuery() {
        Map<String, String[]> parameters = new LinkedHashMap<>();
        put(parameters, "ratio", ratio);
        put(parameters, "scoreSet", scoreSet);
        put(parameters, "job", job);
        put(parameters, "dataset", dataset);
        put(parameters, "method", method);
        put(parameters, "epoch", epoch);
        put(parameters, "policy", policy);
        put(parameters, "alpha", alpha);
        put(parameters, "calibration", calibration);
        put(parameters, "skip", skip);
        put(parameters, "mislabel", mislabel);
        put(parameters, "quota", quota);
        put(parameters, "standardized", standardized);
        put(parameters, "seed", seed);
        put(parameters, "order", order);
        return StrictQuery.of(parameters, SubsetRequests.PARAMETERS);
    }

    private static void put(Map<String, String[]> parameters, String name, @Nullable Object value) {
        if (value instanceof BigDecimal number) {
            // A number of 10⁹ digits is a short text in JSON and a long one here.
            boolean plain = number.scale() > -20 && number.scale() <= 60 && number.precision() <= 60;
            parameters.put(name, new String[] {plain ? number.toPlainString() : number.toString()});
        } else if (value != null) {
            parameters.put(name, new String[] {value.toString()});
        }
    }
}
