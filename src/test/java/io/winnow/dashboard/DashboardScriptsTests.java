package io.winnow.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The dashboard's files as they stand: texts that come from outside have no way to become markup or code. */
class DashboardScriptsTests {

    private static final Path FOLDER = Path.of("src/main/resources/static/ui");

    static List<Path> files() throws IOException {
        try (Stream<Path> all = Files.walk(FOLDER)) {
            return all.filter(Files::isRegularFile).sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void makeNoMarkupAndNoCodeOfText(Path file) throws IOException {
        assertThat(Files.readString(file))
                .doesNotContainPattern(
                        "(?i)\\b(inner|outer)HTML\\b|\\binsertAdjacentHTML\\b|\\bsetHTML\\w*|\\bsrcdoc\\b")
                .doesNotContainPattern("(?i)document\\s*\\.\\s*write|\\bcreateContextualFragment\\b|\\bDOMParser\\b")
                .doesNotContainPattern("\\beval\\b|\\bnew\\s+Function\\b|\\bset(Timeout|Interval)\\(\\s*['\"`]")
                .doesNotContainPattern("(?i)javascript:|<[^>]*\\son\\w+\\s*=|<script(?![^>]*\\ssrc=)");
    }
}
