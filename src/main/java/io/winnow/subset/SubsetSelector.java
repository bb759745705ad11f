package io.winnow.subset;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.binder.cache.CaffeineCacheMetrics;
import io.winnow.platform.Fraction;
import io.winnow.platform.InvalidRequestException;
import io.winnow.platform.UnprocessableException;
import io.winnow.scoring.ScoreSet;
import io.winnow.scoring.ScoreStore;
import io.winnow.subset.SubsetRequest.Order;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/**
 * Answers requests from the stored scores. What was read and what was selected is cached by its bytes; score sets never
 * change, so nothing cached grows old.
 */
@Component
public class SubsetSelector implements MeterBinder {

    /** Parts of the heap that the two caches may fill. */
    private static final int SAMPLES_PART = 5;

    private static final int SELECTIONS_PART = 8;

    /** Heap that a sample takes at most while a policy selects. */
    private static final long BYTES_A_SAMPLE = 40;

    private final ScoreStore scores;
    private final @Nullable Integer largestInMemory;
    private final Cache<UUID, ScoredSamples> samples;
    private final Cache<SubsetKey, Subset> subsets;

    /**
     * @param largestInMemory samples of the largest score set that is read into memory; null for what half the heap can
     *     hold. From larger ones {@code top}, {@code window} and {@code random} are selected in one pass over the database
     */
    SubsetSelector(
            ScoreStore scores, @Value("${winnow.subsets.largest-in-memory:}") @Nullable Integer largestInMemory) {
        this.scores = scores;
        this.largestInMemory = largestInMemory;
        long heap = Runtime.getRuntime().maxMemory();
        this.samples = Caffeine.newBuilder()
                .maximumWeight(heap / SAMPLES_PART)
                .weigher((UUID id, ScoredSamples read) -> weight(read.bytes()))
                .recordStats()
                .build();
        this.subsets = Caffeine.newBuilder()
                .maximumWeight(heap / SELECTIONS_PART)
                .weigher((SubsetKey key, Subset subset) ->
                        weight(((SelectedSamples) subset.samples()).selection().bytes()))
                .recordStats()
                .build();
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        CaffeineCacheMetrics.monitor(registry, samples, "winnow.subset.samples");
        CaffeineCacheMetrics.monitor(registry, subsets, "winnow.subset.lists");
    }

    /** What the list follows from. */
    private record SubsetKey(UUID scoreSet, SubsetPolicy policy, Fraction ratio, long seed, Order order) {

        static SubsetKey of(SubsetRequest request) {
            long seed = request.policy().seeded() ? request.seed() : 0;
            return new SubsetKey(request.scoreSet().id(), request.policy(), request.ratio(), seed, request.order());
        }
    }

    /**
     * The samples to keep, by their positions in the user's data.
     *
     * @throws InvalidRequestException when the policy needs classes and the score set has none
     * @throws UnprocessableException when the set is too large for what is asked
     */
    public Subset select(SubsetRequest request) {
        return selectScored(request).at(request.scoreSet().positions());
    }

    /** The same by their places among the scored samples, which are those of the dataset's samples. */
    public Subset selectScored(SubsetRequest request) {
        ScoreSet set = request.scoreSet();
        if (request.policy().needsClasses() && set.classes() == 0) {
            throw new InvalidRequestException(
                    "policy",
                    "%s needs the classes of the samples, and score set %s has none: import it with labels or with its dataset"
                            .formatted(request.policy().id(), set.id()));
        }
        if (!fitsMemory(set.size())) {
            return scan(request);
        }
        if (request.order() == Order.INDEX) {
            return subsets.get(SubsetKey.of(request), key -> compute(request));
        }
        Subset byIndex = selectScored(request.in(Order.INDEX));
        return subsets.get(SubsetKey.of(request), key -> byImportance(byIndex));
    }

    private boolean fitsMemory(int samples) {
        return largestInMemory != null
                ? samples <= largestInMemory
                : samples * BYTES_A_SAMPLE <= Runtime.getRuntime().maxMemory() / 2;
    }

    private Subset scan(SubsetRequest request) {
        ScoreSet set = request.scoreSet();
        int k = request.kept();
        ScannedSamples scanned;
        if (request.order() == Order.IMPORTANCE) {
            throw tooLarge(set, "order=importance");
        } else if (request.policy() instanceof TopPolicy) {
            scanned = ScannedSamples.places(scores, set, 0, k);
        } else if (request.policy() instanceof WindowPolicy window) {
            int skipped = window.skipped(set.size(), k);
            scanned = ScannedSamples.places(scores, set, skipped, skipped + k);
        } else if (request.policy() instanceof RandomPolicy) {
            scanned = ScannedSamples.random(scores, set, RandomPolicy.keys(request.seed()), k);
        } else {
            throw tooLarge(set, "policy=" + request.policy().id());
        }
        return new Subset(scanned, null, null, scanned::checksum);
    }

    private static UnprocessableException tooLarge(ScoreSet set, String what) {
        return new UnprocessableException(
                "%s needs the scores in memory, and %d samples do not fit the heap of this service; policies top, window and"
                                .formatted(what, set.size())
                        + " random in order=index are read from the database at any size");
    }

    private Subset compute(SubsetRequest request) {
        ScoredSamples scored = samples(request.scoreSet());
        Selection selection = request.policy().select(scored, request.ratio(), request.seed());
        return new Subset(
                new SelectedSamples(selection, scored),
                scored.hasLabels() ? selection.classCounts(scored) : null,
                scored.hasLabels() ? scored.classCounts() : null,
                () -> IndexChecksum.of(selection.indices()));
    }

    private static Subset byImportance(Subset byIndex) {
        SelectedSamples kept = (SelectedSamples) byIndex.samples();
        return new Subset(
                new SelectedSamples(kept.selection().byImportance(kept.samples()), kept.samples()),
                byIndex.classCounts(),
                byIndex.classTotals(),
                byIndex::checksum);
    }

    private ScoredSamples samples(ScoreSet set) {
        return samples.get(
                set.id(), id -> ScoredSamples.of(scores.scores(id), set.keeps(), scores.labels(set), set.classes()));
    }

    private static int weight(long bytes) {
        return (int) Math.min(Integer.MAX_VALUE, bytes + 256);
    }
}
