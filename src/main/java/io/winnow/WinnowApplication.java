package io.winnow;

import io.winnow.platform.ShutdownLimit;
import io.winnow.platform.WinnowProperties;
import java.time.Duration;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.context.ConfigurableApplicationContext;

/** Winnow tells a machine-learning team which training samples it can leave out. */
@SpringBootApplication
@ConfigurationPropertiesScan
public class WinnowApplication {

    private static final Duration LONGEST_SHUTDOWN = Duration.ofSeconds(19);

    public static void main(String[] args) {
        start(args, WinnowApplication.class);
    }

    /**
     * Starts the service; one that works is gone 20 s after it was told to go, since its runs wait for that, and any at once that is told
     * twice.
     */
    static void start(String[] args, Class<?>... sources) {
        ShutdownLimit.haltAtSecondSignal();
        ConfigurableApplicationContext context = SpringApplication.run(sources, args);
        if (context.getBean(WinnowProperties.class).role().works()) {
            ShutdownLimit.arm(LONGEST_SHUTDOWN);
        }
    }
}
