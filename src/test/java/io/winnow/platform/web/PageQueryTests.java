package io.winnow.platform.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.winnow.platform.InvalidRequestException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.data.domain.PageRequest;
import org.springframework.data.domain.Sort;

class PageQueryTests {

    @Test
    void takesThePageThatBeginsLast() {
        PageRequest page = new PageQuery(Integer.MAX_VALUE / 500, 500).toRequest(Sort.unsorted());
        assertThat(page.getOffset()).isPositive().isLessThanOrEqualTo(Integer.MAX_VALUE);
    }

    /** No database counts rows further than that, and the layer above it fails. */
    @ParameterizedTest
    @CsvSource({"286079995, 469", "2147483647, 500", "2147483647, 2", "4294968, 500"})
    void refusesPagesThatBeginBeyondAllThatIsCounted(int page, int size) {
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> new PageQuery(page, size).toRequest(Sort.unsorted()))
                .withMessageStartingWith("page: must begin within the first");
    }
}
