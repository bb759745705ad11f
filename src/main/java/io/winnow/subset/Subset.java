package io.winnow.subset;

import io.winnow.dataset.SourcePositions;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The answer to a request. */
public final class Subset {

    private final KeptSamples samples;
    private final int @Nullable [] classCounts;
    private final int @Nullable [] classTotals;
    private final Supplier<String> summing;
    private volatile @Nullable String checksum;

    /**
     * @param classCounts kept samples by class, or null when the classes are not known
     * @param classTotals all samples by class, or null
     * @param summing makes the checksum
     */
    Subset(KeptSamples samples, int @Nullable [] classCounts, int @Nullable [] classTotals, Supplier<String> summing) {
        this.samples = samples;
        this.classCounts = classCounts;
        this.classTotals = classTotals;
        this.summing = summing;
    }

    /** The same samples by their positions in the user's data. */
    Subset at(SourcePositions positions) {
        PositionedSamples positioned = new PositionedSamples(samples, positions);
        return positions.isAll() ? this : new Subset(positioned, classCounts, classTotals, positioned::checksum);
    }

    /** By their positions in the user's data. */
    public KeptSamples samples() {
        return samples;
    }

    public int @Nullable [] classCounts() {
        return classCounts;
    }

    public int @Nullable [] classTotals() {
        return classTotals;
    }

    /** See {@link IndexChecksum}; computed at the first call, since not every format tells it. */
    public String checksum() {
        String known = checksum;
        if (known == null) {
            known = summing.get();
            checksum = known;
        }
        return known;
    }
}
