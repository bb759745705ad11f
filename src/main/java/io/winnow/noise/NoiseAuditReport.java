package io.winnow.noise;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an audit found.
 *
 * @param planted number of labels that were made wrong
 * @param methods how well each method and epoch finds them
 * @param best the one whose AUROC is highest, then the precision
 * @param cut where suspects end, by the best one; null where planted labels never make up half of the most suspect samples:
 *     the method finds them badly here, or the dataset has far more wrong labels of its own than were planted
 * @param suspects samples with the labels that they came with, none of them planted, the most suspect first: those above the
 *     cut, at most {@link NoiseAudit#MOST_SUSPECTS}
 * @param windows what skipping the most suspect samples keeps of the planted noise
 */
public record NoiseAuditReport(
        int planted,
        List<Finding> methods,
        Finding best,
        @Nullable Cut cut,
        List<SuspectLabel> suspects,
        List<WindowSweep> windows) {

    /**
     * @param auroc probability that a planted sample is more suspect than another, ties counting half
     * @param precision share of planted samples among the {@code planted} most suspect ones
     */
    public record Finding(
            String method,
            int epoch,
            @Nullable Double auroc,
            @Nullable Double precision) {}

    /**
     * @param score of the last sample above the cut: the deepest place down to which at least half are planted
     * @param plantedFound share of the planted samples at or above it
     * @param suspects other samples at or above it
     * @param suspectFraction the same as a share of all other samples
     */
    public record Cut(float score, double plantedFound, int suspects, double suspectFraction) {}

    /** @param predicted the class that most runs predict; null where none do */
    public record SuspectLabel(
            int sample, int label, @Nullable Integer predicted, float score) {}

    /**
     * @param ratio kept by policy {@code window}
     * @param skip its parameter: the share of the most important samples that is skipped
     * @param plantedKept share of the planted samples that is kept all the same
     * @param plantedShare share of planted samples among those kept
     */
    public record WindowSweep(double ratio, double skip, double plantedKept, double plantedShare) {}
}
