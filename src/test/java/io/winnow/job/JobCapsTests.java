package io.winnow.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.winnow.platform.InvalidRequestException;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Everything in a job's request that can be counted has a largest number: it is taken, and one more is not. */
class JobCapsTests {

    private static String violations(String fields) {
        InvalidRequestException.Collector violations = new InvalidRequestException.Collector();
        JobRequestReader.read(
                "{\"dataset\": \"d\", \"model\": \"m\", %s}".formatted(fields).getBytes(StandardCharsets.UTF_8),
                violations);
        try {
            violations.throwIfAny();
            return "";
        } catch (InvalidRequestException e) {
            return e.violations().stream()
                    .map(InvalidRequestException.Violation::field)
                    .collect(Collectors.joining(" "));
        }
    }

    private static String list(int size, String element) {
        return IntStream.range(0, size)
                .mapToObj(i -> element.replace("%d", "" + i))
                .collect(Collectors.joining(", ", "[", "]"));
    }

    @ParameterizedTest
    @CsvSource({
        "runs, 1000",
        "epochs, 10000",
        "priority, 1000",
        "training.batchSize, 65536",
        "options.stages, 1000",
        "options.chunks, 1000",
        "options.window, 10000"
    })
    void takesTheLargestNumberAndNotOneMore(String field, long largest) {
        assertThat(violations(json(field, largest))).isEmpty();
        assertThat(violations(json(field, largest + 1))).isEqualTo(field);
        assertThat(violations(json(field, 1_000_000_000))).isEqualTo(field);
        assertThat(violations(json(field, Long.MAX_VALUE))).isEqualTo(field);
    }

    private static String json(String field, long value) {
        String[] parts = field.split("\\.");
        return parts.length == 1
                ? "\"%s\": %d".formatted(field, value)
                : "\"%s\": {\"%s\": %d}".formatted(parts[0], parts[1], value);
    }

    @Test
    void takesAHundredSnapshotsAndNoMore() {
        assertThat(violations("\"epochs\": 1000, \"scoreAt\": " + list(100, "%d")))
                .isEmpty();
        assertThat(violations("\"epochs\": 1000, \"scoreAt\": " + list(101, "%d")))
                .isEqualTo("scoreAt");
    }

    @Test
    void takesAThousandElementsOfAListAndNoMore() {
        assertThat(violations("\"methods\": " + list(1_000, "\"m%d\""))).isEmpty();
        assertThat(violations("\"methods\": " + list(1_001, "\"m%d\""))).isEqualTo("methods");
    }

    @Test
    @Timeout(10)
    void refusesAMillionMethodsWithoutReadingThem() {
        assertThat(violations("\"methods\": " + list(1_000_000, "\"m%d\""))).isEqualTo("methods");
    }
}
