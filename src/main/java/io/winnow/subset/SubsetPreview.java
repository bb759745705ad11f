package io.winnow.subset;

import io.winnow.platform.SplitMix64;
import io.winnow.scoring.ScoreSet;
import java.io.IOException;
import java.util.Arrays;
import java.util.BitSet;

/**
 * What a subset looks like, in an answer whose size does not grow with the data.
 *
 * @param histogram the scores of all samples, split by what becomes of them
 * @param kept a few kept samples, drawn uniformly
 * @param dropped a few of the others, drawn likewise
 */
public record SubsetPreview(SubsetHead subset, SplitHistogram histogram, int[] kept, int[] dropped) {

    private static final int SHOWN = 12;

    /**
     * @param edges [bins + 1]
     * @param kept [bins]
     * @param dropped [bins]
     */
    public record SplitHistogram(double[] edges, long[] kept, long[] dropped) {}

    /** Draws the same samples again for the same seed of the request. */
    public static SubsetPreview of(SubsetRequest request, SubsetHead head, KeptSamples samples) throws IOException {
        ScoreSet set = request.scoreSet();
        double[] edges = set.histogram().edges();
        long[] kept = new long[edges.length - 1];
        double width = (edges[kept.length] - edges[0]) / kept.length;
        int all = set.size() + set.positions().skippedCount();
        BitSet isKept = new BitSet(all);
        Draw fromKept = new Draw(SplitMix64.of(request.seed(), 0));
        samples.scan(chunk -> {
            for (int row = 0; row < chunk.count(); row++) {
                int bin = (int) ((chunk.score(row) - edges[0]) / width);
                kept[Math.max(0, Math.min(kept.length - 1, bin))]++;
                isKept.set(chunk.index(row));
                fromKept.offer(chunk.index(row));
            }
        });
        for (int skipped : set.positions().skipped()) {
            isKept.set(skipped);
        }
        Draw fromDropped = new Draw(SplitMix64.of(request.seed(), 1));
        for (int i = isKept.nextClearBit(0); i < all; i = isKept.nextClearBit(i + 1)) {
            fromDropped.offer(i);
        }
        long[] dropped = set.histogram().counts().clone();
        for (int bin = 0; bin < dropped.length; bin++) {
            dropped[bin] -= kept[bin];
        }
        return new SubsetPreview(head, new SplitHistogram(edges, kept, dropped), fromKept.drawn(), fromDropped.drawn());
    }

    /** A uniform draw without replacement from a sequence of unknown length (Vitter's algorithm R). */
    private static final class Draw {

        private final SplitMix64 random;
        private final int[] drawn = new int[SHOWN];
        private int offered;

        Draw(SplitMix64 random) {
            this.random = random;
        }

        void offer(int index) {
            int place = offered < SHOWN ? offered : random.nextInt(offered + 1);
            if (place < SHOWN) {
                drawn[place] = index;
            }
            offered++;
        }

        int[] drawn() {
            return Arrays.copyOf(drawn, Math.min(offered, SHOWN));
        }
    }
}
