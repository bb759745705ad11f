package io.winnow.security;

import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.PathContainer;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;

/**
 * One thing that a caller can ask for, and the scope that it takes. What has no row here is answered as if it were not there,
 * whatever code would answer it: a new operation begins with its row.
 *
 * @param scope null for everybody
 */
record Operation(
        HttpMethod method, PathPattern path, @Nullable Scope scope) {

    static final String HEALTH = "/actuator/health";
    static final String METRICS = "/actuator/prometheus";

    /** The table. The most particular row comes first where two fit. */
    static final List<Operation> ALL = List.of(
            // The contract is public, and the page that shows it must be there before one can give it a key.
            open(HttpMethod.GET, "/"),
            open(HttpMethod.GET, "/ui/**"),
            open(HttpMethod.GET, "/webjars/chart.js/dist/chart.umd.min.js"),
            open(HttpMethod.GET, "/openapi.yaml"),
            open(HttpMethod.GET, "/swagger-ui.html"),
            open(HttpMethod.GET, "/swagger-ui/**"),
            open(HttpMethod.GET, "/v3/api-docs/swagger-config"),
            open(HttpMethod.GET, HEALTH),
            open(HttpMethod.GET, HEALTH + "/**"),
            row(Scope.READ, HttpMethod.GET, METRICS),
            row(Scope.READ, HttpMethod.GET, "/actuator/info"),
            row(Scope.READ, HttpMethod.GET, "/v3/api-docs"),
            row(Scope.READ, HttpMethod.GET, "/v3/api-docs.yaml"),
            row(Scope.READ, HttpMethod.GET, "/datasets"),
            row(Scope.SUBMIT, HttpMethod.POST, "/datasets"),
            row(Scope.READ, HttpMethod.GET, "/datasets/{name}"),
            row(Scope.ADMIN, HttpMethod.DELETE, "/datasets/{name}"),
            row(Scope.SUBMIT, HttpMethod.POST, "/datasets/{name}/ingest"),
            row(Scope.READ, HttpMethod.GET, "/datasets/{name}/samples/{index}"),
            row(Scope.READ, HttpMethod.GET, "/datasets/{name}/samples/{index}/image"),
            row(Scope.READ, HttpMethod.GET, "/architectures"),
            row(Scope.READ, HttpMethod.GET, "/models"),
            row(Scope.SUBMIT, HttpMethod.POST, "/models"),
            row(Scope.READ, HttpMethod.GET, "/models/{name}"),
            row(Scope.ADMIN, HttpMethod.DELETE, "/models/{name}"),
            row(Scope.READ, HttpMethod.GET, "/score-sets"),
            row(Scope.SUBMIT, HttpMethod.POST, "/score-sets"),
            row(Scope.READ, HttpMethod.GET, "/score-sets/{id}"),
            row(Scope.READ, HttpMethod.GET, "/score-sets/{id}/scores"),
            row(Scope.READ, HttpMethod.GET, "/score-sets/{id}/compare"),
            row(Scope.READ, HttpMethod.GET, "/score-sets/{id}/suspects"),
            row(Scope.READ, HttpMethod.GET, "/score-sets/{id}/samples"),
            row(Scope.READ, HttpMethod.GET, "/score-sets/{id}/scatter"),
            row(Scope.READ, HttpMethod.GET, "/score-sets/{id}/spread"),
            row(Scope.READ, HttpMethod.GET, "/score-methods"),
            row(Scope.READ, HttpMethod.GET, "/subsets"),
            row(Scope.SUBMIT, HttpMethod.POST, "/subsets"),
            row(Scope.READ, HttpMethod.GET, "/subsets/diff"),
            row(Scope.READ, HttpMethod.GET, "/subsets/preview"),
            row(Scope.READ, HttpMethod.GET, "/subsets/{id}"),
            row(Scope.READ, HttpMethod.GET, "/jobs"),
            row(Scope.SUBMIT, HttpMethod.POST, "/jobs"),
            row(Scope.READ, HttpMethod.GET, "/jobs/{id}"),
            row(Scope.ADMIN, HttpMethod.DELETE, "/jobs/{id}"),
            row(Scope.SUBMIT, HttpMethod.POST, "/jobs/{id}/cancel"),
            row(Scope.READ, HttpMethod.GET, "/jobs/{id}/epochs"),
            row(Scope.READ, HttpMethod.GET, "/jobs/{id}/events"),
            row(Scope.READ, HttpMethod.GET, "/evaluations"),
            row(Scope.SUBMIT, HttpMethod.POST, "/evaluations"),
            row(Scope.READ, HttpMethod.GET, "/evaluations/{id}"),
            row(Scope.ADMIN, HttpMethod.DELETE, "/evaluations/{id}"),
            row(Scope.SUBMIT, HttpMethod.POST, "/evaluations/{id}/cancel"),
            row(Scope.READ, HttpMethod.GET, "/evaluations/{id}/events"),
            row(Scope.READ, HttpMethod.GET, "/evaluations/{id}/plot.svg"),
            row(Scope.READ, HttpMethod.GET, "/evaluations/{id}/plot.png"),
            row(Scope.READ, HttpMethod.GET, "/evaluations/{id}/points.csv"),
            row(Scope.READ, HttpMethod.GET, "/dynamics"),
            row(Scope.SUBMIT, HttpMethod.POST, "/dynamics"),
            row(Scope.READ, HttpMethod.GET, "/dynamics/{id}"),
            row(Scope.ADMIN, HttpMethod.DELETE, "/dynamics/{id}"),
            row(Scope.SUBMIT, HttpMethod.POST, "/dynamics/{id}/cancel"),
            row(Scope.READ, HttpMethod.GET, "/dynamics/{id}/events"),
            row(Scope.READ, HttpMethod.GET, "/dynamics/{id}/plot.svg"),
            row(Scope.READ, HttpMethod.GET, "/dynamics/{id}/plot.png"),
            row(Scope.READ, HttpMethod.GET, "/dynamics/{id}/points.csv"),
            row(Scope.READ, HttpMethod.GET, "/noise-audits"),
            row(Scope.SUBMIT, HttpMethod.POST, "/noise-audits"),
            row(Scope.READ, HttpMethod.GET, "/noise-audits/{id}"),
            row(Scope.ADMIN, HttpMethod.DELETE, "/noise-audits/{id}"),
            row(Scope.SUBMIT, HttpMethod.POST, "/noise-audits/{id}/cancel"),
            row(Scope.READ, HttpMethod.GET, "/noise-audits/{id}/events"),
            row(Scope.READ, HttpMethod.GET, "/devices"),
            row(Scope.READ, HttpMethod.GET, "/workers"),
            row(Scope.ADMIN, HttpMethod.GET, "/api-keys"),
            row(Scope.ADMIN, HttpMethod.POST, "/api-keys"),
            row(Scope.ADMIN, HttpMethod.DELETE, "/api-keys/{id}"));

    private static Operation open(HttpMethod method, String path) {
        return new Operation(method, PathPatternParser.defaultInstance.parse(path), null);
    }

    private static Operation row(Scope scope, HttpMethod method, String path) {
        return new Operation(method, PathPatternParser.defaultInstance.parse(path), scope);
    }

    /** An uploaded model is code, whoever may register one of the catalogue. */
    static final Operation MODEL_UPLOAD = row(Scope.ADMIN, HttpMethod.POST, "/models");

    /** A form sent to where models are registered, whose mapping takes the same media types. */
    static boolean isModelUpload(HttpServletRequest request) {
        String type = request.getContentType();
        return type != null
                && type.strip().toLowerCase(Locale.ROOT).startsWith("multipart/")
                && MODEL_UPLOAD.method().matches(request.getMethod())
                && MODEL_UPLOAD.path().matches(PathContainer.parsePath(pathOf(request)));
    }

    /** The row for a request; HEAD is asked for as GET is. */
    static Optional<Operation> of(HttpServletRequest request) {
        return isModelUpload(request) ? Optional.of(MODEL_UPLOAD) : of(request.getMethod(), pathOf(request));
    }

    static Optional<Operation> of(String method, String path) {
        String asked = method.equals("HEAD") ? "GET" : method;
        return at(path).filter(operation -> operation.method().matches(asked)).findFirst();
    }

    /** The rows for a path, by any method. */
    static Stream<Operation> at(String path) {
        PathContainer container = PathContainer.parsePath(path);
        return ALL.stream().filter(operation -> operation.path().matches(container));
    }

    /** What an orchestrator asks, which knows no credentials and may use any name of the host. */
    static boolean isHealth(HttpServletRequest request) {
        String path = pathOf(request);
        return path.equals(HEALTH) || path.startsWith(HEALTH + "/");
    }

    static String pathOf(HttpServletRequest request) {
        return request.getRequestURI().substring(request.getContextPath().length());
    }
}
