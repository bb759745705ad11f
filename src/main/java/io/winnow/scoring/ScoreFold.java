package io.winnow.scoring;

import io.winnow.surrogate.ForwardBatch;
import io.winnow.surrogate.GradientBatch;
import io.winnow.surrogate.TrainingBatch;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Map;

/**
 * The state of one method in one run. Called on one thread, in the order of the training; the batches' arrays are only
 * valid during the call.
 */
public interface ScoreFold {

    /** Receives each training batch, for methods that need {@link Need#TRAINING_LOGITS}. */
    default void training(TrainingBatch batch) {}

    /** Receives each batch of the forward pass after an epoch of {@code scoreAt} (0 is the initialisation). */
    default void snapshot(int epoch, ForwardBatch batch) {}

    /** A second reading of the same snapshot is needed (class means first, distances then). */
    default boolean needsSecondPass(int epoch) {
        return false;
    }

    /** Receives each batch of the per-sample gradients after an epoch of {@code scoreAt}. */
    default void gradients(int epoch, GradientBatch batch) {}

    /** Receives each batch of a stage. What is told of a stage counts once it is done: until then it may be begun anew. */
    default void stage(Stage stage, GradientBatch batch) {}

    /** All batches of the stage were received. */
    default void stageDone() {}

    /**
     * The scores [N], finite, in sample order.
     *
     * @param epoch the epoch of {@code scoreAt}; trajectory methods are asked for the last epoch only
     */
    float[] scores(int epoch);

    /** Finite numbers worth telling beside the scores, such as how many samples were never learned. Runs average them. */
    default Map<String, Double> facts(int epoch) {
        return Map.of();
    }

    /** Writes what has been folded so far, for a checkpoint between two steps of the training. */
    void save(DataOutput out) throws IOException;

    /** Reads what {@link #save} wrote. */
    void restore(DataInput in) throws IOException;
}
