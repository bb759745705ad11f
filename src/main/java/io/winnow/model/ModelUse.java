package io.winnow.model;

import java.util.Optional;

/** Implemented by features that use models, so that one in use is not deleted. */
public interface ModelUse {

    /** What uses the model right now, in words for the user ("job 1234… is running"), if anything does. */
    Optional<String> inUse(RegisteredModel model);
}
