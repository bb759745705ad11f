package io.winnow.subset.web;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.winnow.platform.tabular.Format;
import java.time.Duration;
import org.springframework.stereotype.Component;

/** How long subsets take, from the request to the last byte. What is refused is told by the meters of HTTP. */
@Component
class SubsetMetrics {

    /** Bounds of buckets: a list that was selected before, one of some million samples, and what nobody wants to wait for. */
    private static final Duration[] BUCKETS = {
        Duration.ofMillis(10),
        Duration.ofMillis(50),
        Duration.ofMillis(250),
        Duration.ofSeconds(1),
        Duration.ofSeconds(5),
        Duration.ofSeconds(20)
    };

    private final MeterRegistry registry;

    SubsetMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    Timer.Sample begin() {
        return Timer.start(registry);
    }

    /**
     * @param policy the id of a policy, or {@code stored}
     * @param sent whether there was anything to send: not so when the client has the list already
     */
    void end(Timer.Sample begun, String policy, Format format, boolean sent) {
        begun.stop(Timer.builder("winnow.subset")
                .description("Time to answer with a subset")
                .tag("policy", policy)
                .tag("format", format.label())
                .tag("result", sent ? "sent" : "unchanged")
                .serviceLevelObjectives(BUCKETS)
                .register(registry));
    }
}
