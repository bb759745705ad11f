package io.winnow.surrogate.djl;

import io.winnow.surrogate.ComputeDevice;
import io.winnow.surrogate.DeviceNotAvailableException;
import io.winnow.surrogate.Surrogate;
import io.winnow.surrogate.SurrogateEngine;
import io.winnow.surrogate.SurrogateSpec;
import java.util.List;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An engine without the devices of the other kind. A process trains one network at a time: one that has a GPU and works on jobs
 * for the CPU leaves the GPU idle meanwhile, so that a machine with a GPU is better used by a process for each kind.
 */
final class OneLane implements SurrogateEngine {

    private static final Logger log = LoggerFactory.getLogger(OneLane.class);

    private final SurrogateEngine engine;
    private final Lane lane;
    private boolean warned;

    /** What a process works with. */
    enum Lane {
        ANY,
        GPU,
        CPU;

        private boolean has(ComputeDevice device) {
            return this == ANY || (this == CPU) == device.name().equals(DjlSurrogateEngine.CPU);
        }
    }

    OneLane(SurrogateEngine engine, Lane lane) {
        this.engine = engine;
        this.lane = lane;
    }

    @Override
    public synchronized List<ComputeDevice> devices() {
        List<ComputeDevice> own = engine.devices().stream().filter(lane::has).toList();
        if (own.isEmpty() && !warned) {
            warned = true;
            log.warn("winnow.engine.lane is {}, and there is no such device here: this worker takes no job", lane);
        }
        return own;
    }

    @Override
    public Surrogate initialise(SurrogateSpec spec, String device, long seed) {
        List<ComputeDevice> own = devices();
        if (own.stream().noneMatch(each -> each.name().equals(device))) {
            throw new DeviceNotAvailableException(
                    device, own.stream().map(ComputeDevice::name).collect(Collectors.joining(", ")));
        }
        return engine.initialise(spec, device, seed);
    }
}
