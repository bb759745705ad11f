package io.winnow.surrogate.djl;

import io.winnow.surrogate.SurrogateEngine;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Makes the engine of the process. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(EngineConfiguration.EngineSettings.class)
class EngineConfiguration {

    /**
     * @param threads threads that one operation of the engine runs on; 0 for as many as there are cores
     */
    @ConfigurationProperties("winnow.engine")
    record EngineSettings(@DefaultValue("0") int threads) {

        EngineSettings {
            if (threads < 0) {
                throw new IllegalArgumentException("winnow.engine.threads must be 0 or more, not " + threads);
            }
        }
    }

    @Bean
    SurrogateEngine surrogateEngine(EngineSettings settings) {
        return new DjlSurrogateEngine(settings.threads());
    }
}
