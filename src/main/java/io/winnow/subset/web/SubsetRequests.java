package io.winnow.subset.web;

import io.winnow.platform.Fraction;
import io.winnow.platform.InvalidRequestException;
import io.winnow.platform.NotFoundException;
import io.winnow.platform.web.StrictQuery;
import io.winnow.scoring.ScoreSet;
import io.winnow.scoring.ScoreStore;
import io.winnow.subset.SubsetPolicies;
import io.winnow.subset.SubsetPolicy;
import io.winnow.subset.SubsetRequest;
import io.winnow.subset.SubsetRequest.Order;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Makes subset requests of query parameters: which scores, which rule, how much, in which order. */
@Component
class SubsetRequests {

    /** What says which subset; a request has more, such as its format. */
    static final Set<String> PARAMETERS = parameters();

    private static final Set<String> SCORES = Set.of("scoreSet", "job", "dataset", "method", "epoch");

    private final ScoreStore scores;

    SubsetRequests(ScoreStore scores) {
        this.scores = scores;
    }

    /**
     * A request and the reason for its score set.
     *
     * @param named whether the request named the score set itself
     */
    record Chosen(SubsetRequest request, String because, boolean named) {}

    private static Set<String> parameters() {
        Set<String> names = new TreeSet<>(SubsetPolicies.parameterNames());
        names.addAll(Set.of("ratio", "scoreSet", "job", "dataset", "method", "epoch", "policy", "seed", "order"));
        return names;
    }

    /**
     * @throws InvalidRequestException naming the parameter that is wrong or missing
     * @throws NotFoundException when no score set fits
     */
    Chosen read(StrictQuery query) {
        String ratio = query.text("ratio");
        if (ratio == null) {
            throw new InvalidRequestException(
                    "ratio", "is required beside other parameters of a subset: the fraction of samples to keep");
        }
        Fraction kept = Fraction.parseRatio(ratio, "ratio");
        String id = query.text("policy");
        SubsetPolicy policy = SubsetPolicies.of(
                id == null ? SubsetPolicies.ids().get(0) : id, query.only(SubsetPolicies.parameterNames()), "");
        long seed = query.whole("seed", 0);
        Order order = order(query.text("order"));
        if (query.text("scoreSet") != null) {
            return new Chosen(
                    new SubsetRequest(named(query), policy, kept, seed, order),
                    "the request named the score set",
                    true);
        }
        ScoreStore.Filter filter = new ScoreStore.Filter(
                query.text("dataset"), query.text("method"), query.id("job"), query.integer("epoch", 0));
        ScoreSet newest = scores.newest(filter).orElseThrow(() -> nothingScored(filter));
        return new Chosen(
                new SubsetRequest(newest, policy, kept, seed, order), "the newest score set" + of(filter), false);
    }

    private ScoreSet named(StrictQuery query) {
        for (String other : new TreeSet<>(query.only(SCORES).keySet())) {
            if (!other.equals("scoreSet")) {
                throw new InvalidRequestException(other, "cannot be given with scoreSet, which says it all");
            }
        }
        UUID id = query.id("scoreSet");
        return scores.require(id);
    }

    private static Order order(@Nullable String text) {
        if (text == null) {
            return Order.INDEX;
        }
        for (Order order : Order.values()) {
            if (order.name().toLowerCase(Locale.ROOT).equals(text)) {
                return order;
            }
        }
        throw new InvalidRequestException("order", "must be index or importance");
    }

    private static String of(ScoreStore.Filter filter) {
        List<String> parts = new ArrayList<>();
        if (filter.job() != null) {
            parts.add("of job " + filter.job());
        }
        if (filter.dataset() != null) {
            parts.add("of dataset " + printable(filter.dataset()));
        }
        if (filter.method() != null) {
            parts.add("by method " + printable(filter.method()));
        }
        if (filter.epoch() != null) {
            parts.add("after epoch " + filter.epoch());
        }
        return parts.isEmpty() ? " of all, since the request named none" : " " + String.join(" ", parts);
    }

    private static NotFoundException nothingScored(ScoreStore.Filter filter) {
        String what = filter.equals(ScoreStore.Filter.ANY)
                ? "Nothing is scored yet."
                : "There is no score set" + of(filter) + ".";
        return new NotFoundException(what
                + " Start a job with POST /jobs {\"dataset\": \"%s\", \"model\": \"…\"} and ask again"
                        .formatted(filter.dataset() == null ? "…" : printable(filter.dataset()))
                + " when it has succeeded, or import scores with POST /score-sets.");
    }

    private static String printable(String text) {
        String plain = text.replaceAll("[^\\x20-\\x7e]", "?");
        return plain.length() <= 63 ? plain : plain.substring(0, 63) + "…";
    }
}
