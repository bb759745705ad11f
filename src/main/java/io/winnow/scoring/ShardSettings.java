package io.winnow.scoring;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How passes over many samples are split.
 *
 * @param shardSize samples of one shard; a multiple of {@link ScoreStore#CHUNK}, or less than it
 * @param sharding when passes are spread
 */
@ConfigurationProperties("winnow.score")
public record ShardSettings(
        @DefaultValue("262144") int shardSize,
        @DefaultValue("AUTO") Sharding sharding) {

    public static final ShardSettings DEFAULTS = new ShardSettings(4 * ScoreStore.CHUNK, Sharding.AUTO);

    public ShardSettings {
        if (shardSize < 1 || shardSize > ScoreStore.CHUNK && shardSize % ScoreStore.CHUNK != 0) {
            throw new IllegalArgumentException(
                    "winnow.score.shard-size must be a multiple of %d samples, or at most as many, not %d"
                            .formatted(ScoreStore.CHUNK, shardSize));
        }
    }

    /** When passes are spread over workers. */
    public enum Sharding {
        /** When there are more samples than one shard holds and more than one worker is alive. */
        AUTO,
        /** Whenever there are more samples than one shard holds. */
        ALWAYS,
        NEVER
    }

    /**
     * Samples of one range. Every pass, spread or not, goes over one range after the other: batches never cross their bounds,
     * and sums are taken range by range, so that the results don't depend on who computes what.
     */
    public int range() {
        return Math.min(shardSize, ScoreStore.CHUNK);
    }
}
