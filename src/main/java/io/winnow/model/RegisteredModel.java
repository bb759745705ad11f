package io.winnow.model;

import java.util.Map;
import java.util.UUID;

/**
 * A model that a user registered.
 *
 * @param options the architecture's options, complete with defaults
 */
public record RegisteredModel(UUID id, String name, String architecture, Map<String, Object> options) {}
