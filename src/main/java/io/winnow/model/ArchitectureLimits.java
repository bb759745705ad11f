package io.winnow.model;

import io.winnow.platform.InvalidRequestException;
import io.winnow.surrogate.SampleShape;
import java.util.Map;
import java.util.Optional;

/** What architectures ask of their options together, and of the samples. */
final class ArchitectureLimits {

    /** Attention's memory grows with the square of the tokens. */
    private static final int MOST_PATCHES = 1024;

    private ArchitectureLimits() {}

    /** Checks options that are complete and each in its own range. */
    static void check(String architecture, Map<String, Object> options, InvalidRequestException.Collector wrong) {
        if (architecture.equals("vit-tiny")) {
            int dim = number(options, "dim");
            wrong.require(
                    dim % number(options, "heads") == 0,
                    "options.heads",
                    "must divide dim, %d, so that each head has as many numbers".formatted(dim));
        }
    }

    /** Why a network can't be built for samples of a shape, to follow its name, or nothing. */
    static Optional<String> refusal(String architecture, Map<String, Object> options, SampleShape shape) {
        if (!architecture.equals("vit-tiny")) {
            return Optional.empty();
        }
        int patch = number(options, "patch");
        if (shape.height() % patch != 0 || shape.width() % patch != 0) {
            return Optional.of(
                    "cuts samples into patches of %1$d×%1$d, which don't fill %2$d×%3$d; choose a patch that divides both"
                            .formatted(patch, shape.height(), shape.width()));
        }
        long patches = (long) (shape.height() / patch) * (shape.width() / patch);
        if (patches > MOST_PATCHES) {
            return Optional.of(
                    "would cut samples of %d×%d into %d patches of %4$d×%4$d, at most %5$d are possible; choose a larger patch"
                            .formatted(shape.height(), shape.width(), patches, patch, MOST_PATCHES));
        }
        return Optional.empty();
    }

    private static int number(Map<String, Object> options, String name) {
        return ((Number) options.get(name)).intValue();
    }
}
