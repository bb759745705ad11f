package io.winnow.model;

import io.winnow.surrogate.SampleShape;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * A model that a user registered.
 *
 * @param options the architecture's options, complete with defaults
 */
public record RegisteredModel(UUID id, String name, String architecture, Map<String, Object> options) {

    /** Whether it is a TorchScript file of a user's own. */
    public boolean isUploaded() {
        return architecture.equals(TorchScriptModels.ARCHITECTURE);
    }

    /** False for a network that a later version brought, whose processes build it. */
    public boolean isKnown() {
        return isUploaded() || Architectures.find(architecture).isPresent();
    }

    /** Why the model can't be trained on samples of a shape, to follow "the model", or nothing where it can. */
    public Optional<String> refusal(SampleShape shape) {
        return ArchitectureLimits.refusal(architecture, options, shape);
    }
}
