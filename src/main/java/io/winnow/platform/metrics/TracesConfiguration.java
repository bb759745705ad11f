package io.winnow.platform.metrics;

import io.micrometer.tracing.exporter.SpanExportingPredicate;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Which traces are worth their way: not those of probes and of Prometheus, which come every few seconds. */
@Configuration(proxyBeanMethods = false)
class TracesConfiguration {

    private static final String WATCHERS = "/actuator";

    @Bean
    SpanExportingPredicate withoutWatchers() {
        return span -> span.getName() == null || !span.getName().contains(WATCHERS);
    }
}
