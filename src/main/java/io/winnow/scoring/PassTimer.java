package io.winnow.scoring;

import io.winnow.surrogate.SurrogateSpec;

/** Times the passes of a network on a device of this process. */
public interface PassTimer {

    /**
     * Times a few batches of made-up samples; waits while another training holds the device.
     *
     * @param batchSize samples of an optimizer step
     * @throws io.winnow.surrogate.UnusableModelException when an uploaded model fails
     */
    Timing time(SurrogateSpec spec, String device, int batchSize);

    /**
     * @param costs seconds for one sample
     * @param memoryBytes the most memory of the host that was taken beyond what was in use before; at least what weights,
     *     their gradients and the optimizer hold
     * @param device that it was timed on
     */
    record Timing(PassCosts costs, long memoryBytes, String device) {}
}
