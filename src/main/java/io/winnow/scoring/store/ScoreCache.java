package io.winnow.scoring.store;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.binder.cache.CaffeineCacheMetrics;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** The arrays that were read last, up to a number of bytes. Score sets never change, so nothing grows stale. */
@Component
final class ScoreCache implements MeterBinder {

    private final Cache<Key, Object> arrays;

    ScoreCache(ScoreProperties properties) {
        arrays = Caffeine.newBuilder()
                .maximumWeight(properties.cache().toBytes())
                .weigher(ScoreCache::bytes)
                .recordStats()
                .build();
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        CaffeineCacheMetrics.monitor(registry, arrays, "winnow.scores");
    }

    /** The scores of a set, read once when several ask at a time. */
    float[] scores(UUID set, Supplier<float[]> reader) {
        return (float[]) arrays.get(new Key(set, What.SCORES), key -> reader.get());
    }

    /** The labels of a job or of an imported set, read once when several ask at a time. */
    int @Nullable [] labels(UUID owner, Supplier<int @Nullable []> reader) {
        return (int[]) arrays.get(new Key(owner, What.LABELS), key -> reader.get());
    }

    void forgetScores(UUID set) {
        arrays.invalidate(new Key(set, What.SCORES));
    }

    void forgetLabels(UUID owner) {
        arrays.invalidate(new Key(owner, What.LABELS));
    }

    /** Weights are ints: an array beyond 2³¹ bytes counts as that much. */
    private static int bytes(Key key, Object array) {
        long length = array instanceof float[] scores ? scores.length : ((int[]) array).length;
        return (int) Math.min(Integer.MAX_VALUE, length * Float.BYTES);
    }

    private enum What {
        SCORES,
        LABELS
    }

    private record Key(UUID owner, What what) {}
}
