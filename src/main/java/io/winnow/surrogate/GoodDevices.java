package io.winnow.surrogate;

import java.util.List;

/**
 * An engine that does not show devices which fail too often, so that this process takes no work for them. What is at work on one
 * when it is found to be bad is not broken off. The CPU is always shown.
 */
public final class GoodDevices implements SurrogateEngine {

    private static final String CPU = "cpu";

    private final SurrogateEngine engine;
    private final BadDevices bad;

    public GoodDevices(SurrogateEngine engine, BadDevices bad) {
        this.engine = engine;
        this.bad = bad;
    }

    @Override
    public List<ComputeDevice> devices() {
        return engine.devices().stream().filter(this::isGood).toList();
    }

    private boolean isGood(ComputeDevice device) {
        return device.name().equals(CPU) || !bad.has(device.name());
    }

    @Override
    public Surrogate initialise(SurrogateSpec spec, String device, long seed) {
        return engine.initialise(spec, device, seed);
    }
}
