package io.winnow.job.checkpoint;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of checkpoints.
 *
 * @param enabled whether runs keep their state after each epoch
 * @param dir where; {@code checkpoints} in the work folder by default. On a volume that all workers see, any of them goes on
 *     with a run; where a worker does not see another's files, it begins the run anew
 */
@ConfigurationProperties("winnow.checkpoints")
public record CheckpointSettings(
        @DefaultValue("true") boolean enabled, @Nullable Path dir) {}
