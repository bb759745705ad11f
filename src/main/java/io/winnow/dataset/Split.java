package io.winnow.dataset;

/** A part of a dataset. Scores and subsets are about the training split; the test split measures accuracy. */
public enum Split {
    TRAIN,
    TEST
}
