package io.winnow.surrogate;

/** The loss became NaN or infinite. The same seed would do so again: no retry helps, a lower learning rate may. */
public class TrainingDivergedException extends RuntimeException {

    private final int epoch;
    private final long step;
    private final double learningRate;

    /**
     * @param epoch 1-based epoch
     * @param step 0-based optimizer step of the whole training
     * @param learningRate learning rate of that step
     */
    public TrainingDivergedException(int epoch, long step, double learningRate) {
        super("the loss is not finite in epoch %d at step %d (learning rate %s); try a lower learning rate"
                .formatted(epoch, step, learningRate));
        this.epoch = epoch;
        this.step = step;
        this.learningRate = learningRate;
    }

    public int epoch() {
        return epoch;
    }

    public long step() {
        return step;
    }

    public double learningRate() {
        return learningRate;
    }
}
