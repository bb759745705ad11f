package io.winnow.job;

/** What a run is to read is not as it was ingested, or not there, when the run begins: for a moment, or for good. */
class DatasetAwayException extends RuntimeException {

    DatasetAwayException(RuntimeException cause) {
        super(cause.getMessage(), cause);
    }
}
