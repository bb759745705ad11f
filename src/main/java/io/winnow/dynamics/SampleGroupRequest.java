package io.winnow.dynamics;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * A group of samples that the user names: those of a stored subset or those at given positions, not both.
 *
 * @param name that no other group has
 * @param subset id or name of a stored subset
 * @param indices positions in the user's data
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record SampleGroupRequest(String name, @Nullable String subset, int @Nullable [] indices) {}
