package io.winnow.scoring;

/**
 * A pass of a run that is spread over workers.
 *
 * @param id names it within the run: the moment of the training and what is asked
 * @param part the part of the samples that it goes over, from 1; 0 for all of them
 */
public record ShardPass(String id, Kind kind, int part) {

    /** What is asked of the surrogate. */
    public enum Kind {
        /** Logits in evaluation mode. */
        LOGITS,
        /** The same with the input of the last linear layer. */
        EMBEDDINGS,
        /** Squared norms of the per-sample gradients, and logits. */
        GRADIENTS,
        /** Sums of gradients, one for each range of samples. */
        GRADIENT_SUMS,
        /** The same as {@link #GRADIENTS} with the products with the mean gradient, which is part of the pass's state. */
        STAGE
    }
}
