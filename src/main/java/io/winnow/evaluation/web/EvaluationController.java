package io.winnow.evaluation.web;

import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.winnow.evaluation.EvaluationEstimate;
import io.winnow.evaluation.EvaluationPlot;
import io.winnow.evaluation.EvaluationRequest;
import io.winnow.evaluation.EvaluationView;
import io.winnow.evaluation.Evaluations;
import io.winnow.job.JobStatus;
import io.winnow.job.JobsOfKind;
import io.winnow.job.web.JobEvents;
import io.winnow.platform.chart.ChartImage;
import io.winnow.platform.tabular.CsvWriter;
import io.winnow.platform.web.PageQuery;
import io.winnow.platform.web.PageResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.security.Principal;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

@RestController
@RequestMapping("/evaluations")
class EvaluationController {

    private static final String SVG = "image/svg+xml";
    private static final String CSV = "text/csv";

    private final Evaluations evaluations;
    private final JobEvents events;

    EvaluationController(Evaluations evaluations, JobEvents events) {
        this.evaluations = evaluations;
        this.events = events;
    }

    /**
     * Takes the body as it came: the reading of it names all wrong fields at once.
     *
     * @param dryRun only estimates: nothing is kept
     */
    @PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
    @ApiResponse(responseCode = "200", content = @Content(schema = @Schema(implementation = EvaluationEstimate.class)))
    @ApiResponse(responseCode = "202", content = @Content(schema = @Schema(implementation = EvaluationView.class)))
    ResponseEntity<?> submit(
            @io.swagger.v3.oas.annotations.parameters.RequestBody(
                            content = @Content(schema = @Schema(implementation = EvaluationRequest.class)))
                    @RequestBody(required = false)
                    byte @Nullable [] body,
            @RequestHeader(name = "Idempotency-Key", required = false) @Nullable String key,
            @RequestParam(defaultValue = "false") boolean dryRun,
            @Nullable Principal caller) {
        return dryRun
                ? ResponseEntity.ok(evaluations.dryRun(body))
                : accepted(evaluations.submit(body, key, caller == null ? null : caller.getName()));
    }

    @GetMapping
    PageResponse<EvaluationView> list(
            @RequestParam(required = false) @Nullable JobStatus status,
            @RequestParam(required = false) @Nullable String dataset,
            @ParameterObject PageQuery page) {
        return PageResponse.of(
                evaluations.list(status, dataset, page.toRequest(JobsOfKind.ORDER)), Function.identity());
    }

    @GetMapping("/{id}")
    EvaluationView get(@PathVariable UUID id) {
        return evaluations.require(id);
    }

    @PostMapping("/{id}/cancel")
    @ApiResponse(responseCode = "202")
    ResponseEntity<EvaluationView> cancel(@PathVariable UUID id) {
        evaluations.cancel(id);
        return accepted(id);
    }

    @DeleteMapping("/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void delete(@PathVariable UUID id) {
        evaluations.delete(id);
    }

    @GetMapping(path = "/{id}/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    SseEmitter events(@PathVariable UUID id) {
        return events.subscribe(id, () -> evaluations.require(id));
    }

    @GetMapping(path = "/{id}/plot.svg", produces = SVG)
    ResponseEntity<byte[]> svg(@PathVariable UUID id) {
        return answer(SVG, ChartImage.svg(EvaluationPlot.of(evaluations.require(id))));
    }

    @GetMapping(path = "/{id}/plot.png", produces = MediaType.IMAGE_PNG_VALUE)
    ResponseEntity<byte[]> png(@PathVariable UUID id) {
        return answer(MediaType.IMAGE_PNG_VALUE, ChartImage.png(EvaluationPlot.of(evaluations.require(id))));
    }

    @GetMapping(path = "/{id}/points.csv", produces = CSV)
    ResponseEntity<byte[]> csv(@PathVariable UUID id) throws IOException {
        EvaluationView evaluation = evaluations.require(id);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        CsvWriter.write(new PointTable(Objects.requireNonNullElse(evaluation.points(), List.of())), out);
        return answer(CSV, out.toByteArray());
    }

    private static ResponseEntity<byte[]> answer(String type, byte[] body) {
        return ResponseEntity.ok()
                .contentType(MediaType.parseMediaType(type))
                .header("X-Content-Type-Options", "nosniff")
                .body(body);
    }

    private ResponseEntity<EvaluationView> accepted(UUID id) {
        return ResponseEntity.accepted()
                .location(URI.create("/evaluations/" + id))
                .body(evaluations.require(id));
    }
}
