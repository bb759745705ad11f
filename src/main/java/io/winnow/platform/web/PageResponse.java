package io.winnow.platform.web;

import java.util.List;
import java.util.function.Function;
import org.springframework.data.domain.Page;

/**
 * One page of a list.
 *
 * @param page 0-based
 * @param size items asked for
 */
public record PageResponse<T>(List<T> items, int page, int size, long totalItems) {

    public static <E, T> PageResponse<T> of(Page<E> page, Function<E, T> toItem) {
        return new PageResponse<>(
                page.getContent().stream().map(toItem).toList(),
                page.getNumber(),
                page.getSize(),
                page.getTotalElements());
    }
}
