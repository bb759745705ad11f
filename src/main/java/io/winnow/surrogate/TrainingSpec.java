package io.winnow.surrogate;

/**
 * How a surrogate is trained: minibatch SGD as in PyTorch. With g the gradient of the mean (weighted) loss of the batch
 * plus weightDecay · w, the velocity is v ← momentum · v + g (v ← g on the first step) and the step w ← w − lr · (g +
 * momentum · v) with Nesterov, w ← w − lr · v without. Weight decay applies to all trainable parameters. The last batch of an
 * epoch may be smaller; a last batch of one sample is left out of that epoch's training where the network has batch
 * normalisation.
 *
 * @param epochs passes over the samples, at least 1
 * @param batchSize samples a step, at least 1
 * @param learningRate peak learning rate, positive
 * @param momentum in [0, 1)
 * @param nesterov whether the momentum is Nesterov's
 * @param weightDecay at least 0
 * @param schedule the learning rate over the steps
 * @param augmentation what is done to a training picture; scoring never augments
 */
public record TrainingSpec(
        int epochs,
        int batchSize,
        double learningRate,
        double momentum,
        boolean nesterov,
        double weightDecay,
        LearningRateSchedule schedule,
        Augmentation augmentation) {

    /** Optimizer steps of one epoch over n samples. */
    public int stepsPerEpoch(int n) {
        return (n + batchSize - 1) / batchSize;
    }

    /** Optimizer steps T of the whole schedule over n samples. */
    public long totalSteps(int n) {
        return (long) stepsPerEpoch(n) * epochs;
    }

    /** The learning rate of a step in 0 … totalSteps(n)−1. */
    public double learningRateAt(long step, int n) {
        return learningRate * schedule.factor(step, stepsPerEpoch(n), totalSteps(n));
    }
}
