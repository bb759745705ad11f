package io.winnow.surrogate;

/** Over which parameters a per-sample gradient is taken. */
public enum GradientScope {
    ALL,
    LAST_LAYER
}
