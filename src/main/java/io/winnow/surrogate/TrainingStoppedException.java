package io.winnow.surrogate;

/** The work was asked to stop between two batches, and did. */
public class TrainingStoppedException extends RuntimeException {

    public TrainingStoppedException() {
        super("stopped between two batches on request");
    }
}
