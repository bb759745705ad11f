package io.winnow.scoring;

/** Which end of a score is important: the importance of a sample is its score, or minus its score. */
public enum Keeps {
    HIGHEST,
    LOWEST
}
