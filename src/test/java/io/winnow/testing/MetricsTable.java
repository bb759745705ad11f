package io.winnow.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The tables of docs/metrics.md. */
public final class MetricsTable {

    private static final Path PAGE = Path.of("docs", "metrics.md");
    private static final Pattern CODE = Pattern.compile("`([a-z_.]+)`");

    private MetricsTable() {}

    /** A meter of the service's own. */
    public record Row(String meter, String prometheus, List<String> tags) {}

    public static List<Row> read() throws IOException {
        return Files.readAllLines(PAGE).stream()
                .filter(line -> line.startsWith("| `winnow."))
                .map(line -> line.split("\\|"))
                .map(cells -> new Row(code(cells[1]).get(0), code(cells[2]).get(0), tags(cells[5])))
                .toList();
    }

    /** The names in Prometheus of the meters of the service and of those of the libraries that the page tells. */
    public static Set<String> prometheusNames() throws IOException {
        Set<String> names = new TreeSet<>();
        for (String line : Files.readAllLines(PAGE)) {
            String[] cells = line.split("\\|");
            if (line.startsWith("| `winnow.")) {
                names.addAll(code(cells[2]));
            } else if (line.startsWith("| `")) {
                names.addAll(code(cells[1]));
            }
        }
        return names;
    }

    private static List<String> code(String cell) {
        return CODE.matcher(cell)
                .results()
                .map((MatchResult found) -> found.group(1))
                .toList();
    }

    private static List<String> tags(String cell) {
        return cell.isBlank()
                ? List.of()
                : Arrays.stream(cell.strip().split(",\\s*")).collect(Collectors.toList());
    }
}
