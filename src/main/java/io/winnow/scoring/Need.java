package io.winnow.scoring;

/**
 * What a method needs from a run. The run unites the needs of all its methods, trains once and makes each pass once.
 */
public enum Need {
    /** The logits of every training batch, as the training saw them (training mode, augmented): free of charge. */
    TRAINING_LOGITS,
    /** Logits of all samples in evaluation mode after the epochs of {@code scoreAt}: one forward pass each. */
    SNAPSHOT_LOGITS,
    /** The same with the input of the last linear layer; shares the pass. */
    SNAPSHOT_EMBEDDINGS,
    /** Squared norms of the per-sample gradients after the epochs of {@code scoreAt}: one tapped pass each. */
    SNAPSHOT_GRADIENTS,
    /** Gradients along the mean gradient at sampled steps of the training: two passes a stage. */
    GRADIENT_STAGES
}
