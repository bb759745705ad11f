package io.winnow.surrogate.djl;

import ai.djl.engine.Engine;
import io.winnow.surrogate.ComputeDevice;
import io.winnow.surrogate.SurrogateEngine;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.boot.actuate.info.Info;
import org.springframework.boot.actuate.info.InfoContributor;
import org.springframework.context.annotation.Lazy;
import org.springframework.stereotype.Component;

/**
 * The engine under {@code engine} in {@code /actuator/info}: its version and, in a process that has loaded it, the version of
 * PyTorch as that tells it, and the devices.
 */
@Component
class EngineInfo implements InfoContributor {

    private final SurrogateEngine engine;

    EngineInfo(@Lazy SurrogateEngine engine) {
        this.engine = engine;
    }

    @Override
    public void contribute(Info.Builder info) {
        Map<String, Object> told = new LinkedHashMap<>();
        told.put("djl", Engine.getDjlVersion());
        told.put("loaded", NativeEngine.isStarted());
        if (NativeEngine.isStarted()) {
            told.put("pytorch", NativeEngine.version());
            told.put(
                    "devices",
                    engine.devices().stream().map(ComputeDevice::name).toList());
        }
        info.withDetail("engine", told);
    }
}
