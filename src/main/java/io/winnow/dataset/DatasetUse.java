package io.winnow.dataset;

import java.util.Optional;
import java.util.UUID;

/** Implemented by features that use datasets, so that one in use is not deleted. */
public interface DatasetUse {

    /** What uses the dataset right now, in words for the user ("job 1234… is running"), if anything does. */
    Optional<String> inUse(UUID datasetId);
}
