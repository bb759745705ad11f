package io.winnow.surrogate;

/**
 * Input of the network: (byte / 255 − mean[c]) / std[c] for channel c.
 *
 * @param mean mean by channel of byte / 255 over the training split, in [0, 1]
 * @param std standard deviation by channel of the same, positive
 */
public record Normalisation(float[] mean, float[] std) {}
