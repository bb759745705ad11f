package io.winnow.surrogate;

import org.jspecify.annotations.Nullable;

/**
 * One batch of a forward pass: the samples at positions {@code from} … {@code from + size − 1}. The arrays are reused by the
 * next batch: read them, don't keep them.
 *
 * @param logits [size · classes], row-major; the array may be longer
 * @param labels [size]
 * @param embeddings [size · embeddingSize], the input of the last linear layer, or null when not asked for
 * @param embeddingSize D, or 0
 */
public record ForwardBatch(
        int from, int size, float[] logits, int[] labels, float @Nullable [] embeddings, int embeddingSize) {}
