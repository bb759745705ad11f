package io.winnow.surrogate;

/**
 * What one optimizer step saw, before it changed the weights: training mode, augmented pictures. The arrays are reused by
 * the next batch: read them, don't keep them.
 *
 * @param epoch 1-based
 * @param step 0-based over the whole training
 * @param size samples in this batch, B; the arrays may be longer
 * @param positions [B] positions of the samples
 * @param labels [B]
 * @param logits [B · classes], row-major
 * @param loss mean (weighted) cross-entropy
 * @param learningRate of this step
 */
public record TrainingBatch(
        int epoch,
        long step,
        int size,
        int[] positions,
        int[] labels,
        float[] logits,
        double loss,
        double learningRate) {}
