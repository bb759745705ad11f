package io.winnow.surrogate.djl;

import io.winnow.platform.WinnowProperties;
import io.winnow.surrogate.BadDevices;
import io.winnow.surrogate.GoodDevices;
import io.winnow.surrogate.SurrogateEngine;
import io.winnow.surrogate.TorchScriptProperties;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.unit.DataSize;

/** Makes the engine of the process. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({
    EngineConfiguration.EngineSettings.class,
    EngineConfiguration.ScoreSettings.class,
    TorchScriptProperties.class
})
class EngineConfiguration {

    /**
     * @param threads threads that one operation of the engine runs on; 0 for as many as there are cores
     * @param lane which kind of devices this process works with
     */
    @ConfigurationProperties("winnow.engine")
    record EngineSettings(
            @DefaultValue("0") int threads,
            @DefaultValue("any") OneLane.Lane lane) {

        EngineSettings {
            if (threads < 0) {
                throw new IllegalArgumentException("winnow.engine.threads must be 0 or more, not " + threads);
            }
        }
    }

    /**
     * @param maxExtraMemory what a pass of per-sample gradients may take beyond the network's own memory; passes over large
     *     pictures take fewer samples at a time to stay within it
     */
    @ConfigurationProperties("winnow.score")
    record ScoreSettings(@DefaultValue("1GB") DataSize maxExtraMemory) {

        ScoreSettings {
            if (maxExtraMemory.toBytes() <= 0) {
                throw new IllegalArgumentException(
                        "winnow.score.max-extra-memory must be positive, not " + maxExtraMemory);
            }
        }
    }

    @Bean
    SurrogateEngine surrogateEngine(
            EngineSettings settings,
            ScoreSettings score,
            TorchScriptProperties torchScript,
            WinnowProperties winnow,
            BadDevices bad) {
        ScriptedModels scripted = new ScriptedModels(
                winnow.workDir().resolve("models"),
                TorchScriptProperties.BUFFERS,
                new ModuleProcess.Limits(
                        torchScript.maxMemory().toBytes(),
                        torchScript.batchTimeout(),
                        torchScript.requireConfinement()));
        SurrogateEngine engine = new DjlSurrogateEngine(
                settings.threads(), score.maxExtraMemory().toBytes(), torchScript.enabled() ? scripted : null);
        SurrogateEngine lane = settings.lane() == OneLane.Lane.ANY ? engine : new OneLane(engine, settings.lane());
        return new GoodDevices(lane, bad);
    }
}
