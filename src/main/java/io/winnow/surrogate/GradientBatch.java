package io.winnow.surrogate;

import org.jspecify.annotations.Nullable;

/**
 * One batch of per-sample gradients: the samples at positions {@code from} … {@code from + size − 1}. The arrays are reused by
 * the next batch: read them, don't keep them.
 *
 * @param squaredNorms [size], ‖∇_w ℓ(z, w)‖²
 * @param dots [size], ⟨∇_w ℓ(z, w), direction⟩, or null without a direction
 * @param logits [size · classes] of the same pass
 * @param labels [size]
 */
public record GradientBatch(
        int from, int size, float[] squaredNorms, float @Nullable [] dots, float[] logits, int[] labels) {}
