package io.winnow.subset;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.winnow.scoring.Keeps;
import io.winnow.scoring.ScoreSet;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * All that an answer tells beside its indices and weights, in the order of the JSON.
 *
 * @param id of a stored subset
 * @param name of a stored subset
 * @param ratio fraction of the samples that is kept
 * @param size samples kept; {@code indices} are these, not the removed ones
 * @param total samples scored, N
 * @param classCounts kept samples by class, or null when the classes are not known
 * @param checksum SHA-256 over the indices by rising index as little-endian int64
 * @param job that computed the scores, or null for imported ones
 * @param keeps which end of the score is important
 * @param parameters of the policy, defaults included
 * @param classTotals all samples by class
 * @param rounding how size follows from ratio and total
 * @param chosenBecause why this score set
 */
public record SubsetHead(
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable UUID id,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String name,
        @Nullable String dataset,
        UUID scoreSet,
        String method,
        @Nullable Integer epoch,
        String policy,
        BigDecimal ratio,
        long seed,
        int size,
        int total,
        int @Nullable [] classCounts,
        String checksum,
        List<String> warnings,
        @Nullable UUID job,
        Keeps keeps,
        Map<String, Object> parameters,
        String order,
        int @Nullable [] classTotals,
        String rounding,
        String chosenBecause,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Instant createdAt) {

    private static final String ROUNDING = "size = ratio * total, rounded half up, at least 1";

    /** @param chosenBecause why the request's score set was taken */
    public static SubsetHead of(SubsetRequest request, Subset subset, String chosenBecause) {
        ScoreSet set = request.scoreSet();
        return new SubsetHead(
                null,
                null,
                set.dataset(),
                set.id(),
                set.method(),
                set.epoch(),
                request.policy().id(),
                request.ratio().value(),
                request.seed(),
                subset.samples().size(),
                set.size(),
                subset.classCounts(),
                subset.checksum(),
                SubsetWarnings.of(request, subset.classCounts(), subset.classTotals()),
                set.job(),
                set.keeps(),
                new TreeMap<>(request.policy().parameters(request.ratio())),
                request.order().name().toLowerCase(Locale.ROOT),
                subset.classTotals(),
                ROUNDING,
                chosenBecause,
                null);
    }

    /** Nobody should have to guess whether a list is the kept or the removed samples. */
    @JsonProperty(access = JsonProperty.Access.READ_ONLY)
    public String indicesAre() {
        return "KEPT";
    }

    SubsetHead stored(UUID newId, String newName, Instant at) {
        return new SubsetHead(
                newId,
                newName,
                dataset,
                scoreSet,
                method,
                epoch,
                policy,
                ratio,
                seed,
                size,
                total,
                classCounts,
                checksum,
                warnings,
                job,
                keeps,
                parameters,
                order,
                classTotals,
                rounding,
                chosenBecause,
                at);
    }
}
