package io.winnow.deploy;

import static io.winnow.deploy.Yaml.at;
import static org.assertj.core.api.Assertions.assertThat;

import io.winnow.testing.MetricsTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Dashboard and alerts against the table of metrics; {@code promtool} reads and tries out the alerts in tools/deploy/check.sh. */
class AlertTests {

    private static final Path ALERTS = Path.of("helm", "winnow", "files", "alerts.yml");
    private static final Path DASHBOARD = Path.of("deploy", "grafana", "dashboards", "winnow.json");

    /** What is asked of the database of series: a name before a brace, a bracket, or one of our own anywhere. */
    private static final Pattern METRIC =
            Pattern.compile("\\b(winnow_[a-z_]+|[a-z][a-z_]*_[a-z_]*(?=[{\\[])|up(?=\\{))");

    private static final Pattern SUFFIX = Pattern.compile("_(count|sum|max|bucket)$");

    @Test
    void asksForMetricsThatThePageTells() throws IOException {
        Set<String> told = MetricsTable.prometheusNames();
        List<String> expressions = new ArrayList<>(alertExpressions());
        expressions.addAll(dashboardExpressions());
        assertThat(expressions).hasSizeGreaterThan(40);
        for (String expression : expressions) {
            Set<String> asked = metrics(expression);
            assertThat(asked).as(expression).isNotEmpty();
            asked.removeIf(name -> told.contains(name) || told.contains(of(name)));
            assertThat(asked).as("not in docs/metrics.md, of " + expression).isEmpty();
        }
    }

    @Test
    void showsEveryMeterOfTheServiceOnTheDashboard() throws IOException {
        Set<String> shown = new TreeSet<>();
        dashboardExpressions().forEach(expression -> metrics(expression).forEach(name -> shown.add(of(name))));
        assertThat(shown)
                .containsAll(MetricsTable.read().stream()
                        .map(MetricsTable.Row::prometheus)
                        .filter(name -> !name.endsWith("_active_seconds"))
                        .toList());
    }

    @Test
    void saysOfEachAlertHowBadItIsAndWhatToDo() throws IOException {
        assertThat(rules()).hasSizeGreaterThanOrEqualTo(7).allSatisfy(rule -> {
            assertThat(Yaml.<String>at(rule, "alert")).startsWith("Winnow");
            assertThat(Yaml.<String>at(rule, "labels", "severity")).isIn("warning", "critical");
            assertThat(Yaml.<String>at(rule, "annotations", "summary")).isNotBlank();
            assertThat(Yaml.<String>at(rule, "annotations", "description")).isNotBlank();
        });
    }

    private static Set<String> metrics(String expression) {
        Set<String> names = new TreeSet<>();
        METRIC.matcher(expression.replaceAll("\"[^\"]*\"", "\"\""))
                .results()
                .forEach(found -> names.add(found.group()));
        return names;
    }

    /** The timer or summary that a series is part of. */
    private static String of(String series) {
        return SUFFIX.matcher(series).replaceAll("");
    }

    private static List<Map<String, Object>> rules() throws IOException {
        List<Map<String, Object>> groups =
                at(Yaml.documents(Files.readString(ALERTS)).get(0), "groups");
        return at(groups.get(0), "rules");
    }

    private static List<String> alertExpressions() throws IOException {
        return rules().stream().map(rule -> Yaml.<String>at(rule, "expr")).toList();
    }

    private static List<String> dashboardExpressions() throws IOException {
        List<String> expressions = new ArrayList<>();
        for (JsonNode panel :
                new JsonMapper().readTree(Files.readString(DASHBOARD)).get("panels")) {
            panel.path("targets")
                    .forEach(target -> expressions.add(target.get("expr").asString()));
        }
        return expressions;
    }
}
