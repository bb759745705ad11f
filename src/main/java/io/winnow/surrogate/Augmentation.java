package io.winnow.surrogate;

/** What is done to a training picture before the network sees it. */
public enum Augmentation {
    NONE,
    /** Zero padding (black) by an eighth of each side, a random crop back to size, and a horizontal flip half of the time. */
    CROP_FLIP
}
