package io.winnow.scoring;

import io.winnow.surrogate.SurrogateSpec;
import org.jspecify.annotations.Nullable;

/** Times the passes of a network on a device of this process. */
public interface PassTimer {

    /**
     * Times a few batches of made-up samples; waits while another training holds the device.
     *
     * @param batchSize samples of an optimizer step
     * @param kernelSamples of a tangent kernel to be timed, 0 for none
     * @throws io.winnow.surrogate.UnusableModelException when an uploaded model fails
     * @throws io.winnow.surrogate.TrainingStoppedException when the thread is interrupted
     */
    Timing time(SurrogateSpec spec, String device, int batchSize, int kernelSamples);

    /**
     * @param costs seconds for one sample
     * @param memoryBytes the most memory of the host that was taken beyond what was in use before; at least what weights,
     *     their gradients and the optimizer hold
     * @param device that it was timed on
     * @param kernelSeconds of the tangent kernel, from smaller ones; null where none was asked for
     */
    record Timing(
            PassCosts costs,
            long memoryBytes,
            String device,
            @Nullable Double kernelSeconds) {}
}
