package io.winnow.surrogate;

import java.util.List;

/** Makes surrogates. One training or pass runs at a time in a process: callers take turns. */
public interface SurrogateEngine {

    /** The devices that this process can use, the best first: {@code cuda:0} …, and {@code cpu}, unless it was told to do without. */
    List<ComputeDevice> devices();

    /**
     * Builds a network and initialises its weights from the seed.
     *
     * @param device a name of {@link #devices()}; never silently replaced
     * @throws DeviceNotAvailableException when this process does not see the device
     */
    Surrogate initialise(SurrogateSpec spec, String device, long seed);
}
