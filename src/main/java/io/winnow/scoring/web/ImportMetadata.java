package io.winnow.scoring.web;

import io.winnow.platform.InvalidRequestException;
import io.winnow.scoring.Keeps;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What an import says beside its numbers.
 *
 * @param name for people
 * @param dataset a registered dataset whose training samples are scored
 * @param method what computed the scores
 * @param keeps which end of the scores is important
 */
record ImportMetadata(
        @Nullable String name,
        @Nullable String dataset,
        @Nullable String method,
        @Nullable Keeps keeps) {

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");

    /** @throws InvalidRequestException naming every field that is missing or wrong */
    ImportMetadata checked() {
        new InvalidRequestException.Collector()
                .require(name != null, "name", "is required")
                .require(name == null || NAME.matcher(name).matches(), "name", "must match " + NAME)
                .require(dataset == null || NAME.matcher(dataset).matches(), "dataset", "must match " + NAME)
                .require(method != null, "method", "is required")
                .require(method == null || NAME.matcher(method).matches(), "method", "must match " + NAME)
                .require(
                        keeps != null,
                        "keeps",
                        "is required: HIGHEST or LOWEST, the end of the scores that is important")
                .throwIfAny();
        return this;
    }
}
