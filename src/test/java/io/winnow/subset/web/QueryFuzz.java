package io.winnow.subset.web;

import io.winnow.platform.Fraction;
import io.winnow.platform.InvalidRequestException;
import io.winnow.platform.web.StrictQuery;
import io.winnow.subset.SubsetPolicies;
import io.winnow.testing.FuzzTarget;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

/** Parameters of subsets as they stand in an address. */
public final class QueryFuzz {

    private QueryFuzz() {}

    /** A ratio that is taken must be one, and be the number that was written. */
    public static final class SubsetParameters implements FuzzTarget {

        @Override
        public void read(byte[] input) {
            StrictQuery query = DifferenceController.query("a", new String(input, StandardCharsets.UTF_8));
            String ratio = query.text("ratio");
            if (ratio == null) {
                throw new InvalidRequestException("ratio", "is required");
            }
            Fraction kept = Fraction.parseRatio(ratio, "ratio");
            if (kept.value().signum() <= 0
                    || kept.value().compareTo(BigDecimal.ONE) > 0
                    || kept.value().compareTo(new BigDecimal(ratio)) != 0) {
                throw new AssertionError("'%s' was taken as %s".formatted(ratio, kept));
            }
            int size = kept.kept(60_000);
            if (size < 1 || size > 60_000) {
                throw new AssertionError("keeps %d of 60,000".formatted(size));
            }
            String policy = query.text("policy");
            SubsetPolicies.of(policy == null ? "top" : policy, query.only(SubsetPolicies.parameterNames()), "");
            query.whole("seed", 0);
            query.integer("epoch", 0);
            query.id("scoreSet");
            query.id("job");
        }

        @Override
        public List<byte[]> seeds() {
            return Stream.of(
                            "ratio=0.3",
                            "ratio=1&policy=calibrated&alpha=0.25&calibration=soft&seed=-9223372036854775808",
                            "ratio=0.0001&policy=stratified&mislabel=0.1&epoch=3&job=01234567-89ab-cdef-0123-456789abcdef",
                            "ratio=00.5&policy=window&skip=0&order=importance",
                            "ratio=%30.7&policy=class-balanced&quota=equal&dataset=a%20b")
                    .map(text -> text.getBytes(StandardCharsets.UTF_8))
                    .toList();
        }
    }
}
