package io.winnow.platform;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings that every feature shares.
 *
 * @param home where the service keeps what it owns: the embedded database and, unless {@code workDir} says otherwise, tensor
 *     stores and checkpoints
 * @param role what this process does: answer requests, work on jobs, or both
 * @param workDir where tensor stores and checkpoints lie; shared by all workers of one database
 * @param data where registered datasets may come from
 */
@ConfigurationProperties("winnow")
public record WinnowProperties(
        @DefaultValue("./.winnow") Path home,
        @DefaultValue("all") Role role,
        @Nullable Path workDir,
        @DefaultValue Data data) {

    public WinnowProperties {
        home = home.toAbsolutePath().normalize();
        workDir = (workDir == null ? home.resolve("work") : workDir)
                .toAbsolutePath()
                .normalize();
    }

    /** What a process does. */
    public enum Role {
        ALL,
        API,
        WORKER;

        public boolean works() {
            return this != API;
        }

        public boolean answers() {
            return this != WORKER;
        }
    }

    /**
     * @param roots the directories under which datasets may be registered
     */
    public record Data(@DefaultValue List<Path> roots) {}
}
