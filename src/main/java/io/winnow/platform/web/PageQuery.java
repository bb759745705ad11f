package io.winnow.platform.web;

import io.winnow.platform.InvalidRequestException;
import org.jspecify.annotations.Nullable;
import org.springframework.data.domain.PageRequest;
import org.springframework.data.domain.Sort;

/** The query parameters {@code page} (default 0) and {@code size} (default 20, at most 500) of a list. */
public record PageQuery(@Nullable Integer page, @Nullable Integer size) {

    private static final int DEFAULT_SIZE = 20;
    private static final int LARGEST_SIZE = 500;

    public PageRequest toRequest(Sort sort) {
        int number = page == null ? 0 : page;
        int length = size == null ? DEFAULT_SIZE : size;
        new InvalidRequestException.Collector()
                .require(number >= 0, "page", "must be at least 0")
                .require(length >= 1 && length <= LARGEST_SIZE, "size", "must be between 1 and " + LARGEST_SIZE)
                .require(
                        (long) number * length <= Integer.MAX_VALUE,
                        "page",
                        "must begin within the first %d items".formatted(Integer.MAX_VALUE))
                .throwIfAny();
        return PageRequest.of(number, length, sort);
    }
}
