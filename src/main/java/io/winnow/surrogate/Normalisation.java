package io.winnow.surrogate;

/**
 * Input of the network: (value − mean[c]) / std[c] for channel c, where the value is byte / 255 in pictures and the feature
 * itself in vectors of features, whose channels are the features.
 *
 * @param mean mean of the value by channel over the training split
 * @param std standard deviation of the same, positive; 1 for a channel that never changes
 */
public record Normalisation(float[] mean, float[] std) {}
