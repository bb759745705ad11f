package io.winnow.dynamics.web;

import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.winnow.dynamics.Dynamics;
import io.winnow.dynamics.DynamicsFigure;
import io.winnow.dynamics.DynamicsPlot;
import io.winnow.dynamics.DynamicsRequest;
import io.winnow.dynamics.DynamicsView;
import io.winnow.job.DryRun;
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
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.knowm.xchart.XYChart;
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
@RequestMapping("/dynamics")
class DynamicsController {

    private static final String SVG = "image/svg+xml";
    private static final String CSV = "text/csv";

    private final Dynamics dynamics;
    private final JobEvents events;

    DynamicsController(Dynamics dynamics, JobEvents events) {
        this.dynamics = dynamics;
        this.events = events;
    }

    /**
     * Takes the body as it came: the reading of it names all wrong fields at once.
     *
     * @param dryRun only estimates: nothing is kept
     */
    @PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
    @ApiResponse(responseCode = "200", content = @Content(schema = @Schema(implementation = DryRun.class)))
    @ApiResponse(responseCode = "202", content = @Content(schema = @Schema(implementation = DynamicsView.class)))
    ResponseEntity<?> submit(
            @io.swagger.v3.oas.annotations.parameters.RequestBody(
                            content = @Content(schema = @Schema(implementation = DynamicsRequest.class)))
                    @RequestBody(required = false)
                    byte @Nullable [] body,
            @RequestHeader(name = "Idempotency-Key", required = false) @Nullable String key,
            @RequestParam(defaultValue = "false") boolean dryRun,
            @Nullable Principal caller) {
        return dryRun
                ? ResponseEntity.ok(dynamics.dryRun(body))
                : accepted(dynamics.submit(body, key, caller == null ? null : caller.getName()));
    }

    @GetMapping
    PageResponse<DynamicsView> list(
            @RequestParam(required = false) @Nullable JobStatus status,
            @RequestParam(required = false) @Nullable String dataset,
            @ParameterObject PageQuery page) {
        return PageResponse.of(dynamics.list(status, dataset, page.toRequest(JobsOfKind.ORDER)), Function.identity());
    }

    @GetMapping("/{id}")
    DynamicsView get(@PathVariable UUID id) {
        return dynamics.require(id);
    }

    @PostMapping("/{id}/cancel")
    @ApiResponse(responseCode = "202")
    ResponseEntity<DynamicsView> cancel(@PathVariable UUID id) {
        dynamics.cancel(id);
        return accepted(id);
    }

    @DeleteMapping("/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void delete(@PathVariable UUID id) {
        dynamics.delete(id);
    }

    @GetMapping(path = "/{id}/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    SseEmitter events(@PathVariable UUID id) {
        return events.subscribe(id, () -> dynamics.require(id));
    }

    @GetMapping(path = "/{id}/plot.svg", produces = SVG)
    ResponseEntity<byte[]> svg(
            @PathVariable UUID id,
            @RequestParam(required = false) @Nullable String figure,
            @RequestParam(required = false) @Nullable String measure,
            @RequestParam(required = false) @Nullable Integer epoch) {
        return answer(SVG, ChartImage.svg(plot(id, figure, measure, epoch)));
    }

    @GetMapping(path = "/{id}/plot.png", produces = MediaType.IMAGE_PNG_VALUE)
    ResponseEntity<byte[]> png(
            @PathVariable UUID id,
            @RequestParam(required = false) @Nullable String figure,
            @RequestParam(required = false) @Nullable String measure,
            @RequestParam(required = false) @Nullable Integer epoch) {
        return answer(MediaType.IMAGE_PNG_VALUE, ChartImage.png(plot(id, figure, measure, epoch)));
    }

    private XYChart plot(UUID id, @Nullable String figure, @Nullable String measure, @Nullable Integer epoch) {
        DynamicsView study = dynamics.require(id);
        return DynamicsPlot.of(study, DynamicsFigure.of(study.request(), figure, measure, epoch));
    }

    @GetMapping(path = "/{id}/points.csv", produces = CSV)
    ResponseEntity<byte[]> csv(
            @PathVariable UUID id,
            @RequestParam(required = false) @Nullable String figure,
            @RequestParam(required = false) @Nullable Integer epoch)
            throws IOException {
        DynamicsView study = dynamics.require(id);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        CsvWriter.write(new DynamicsTable(study, DynamicsFigure.of(study.request(), figure, null, epoch)), out);
        return answer(CSV, out.toByteArray());
    }

    private static ResponseEntity<byte[]> answer(String type, byte[] body) {
        return ResponseEntity.ok()
                .contentType(MediaType.parseMediaType(type))
                .header("X-Content-Type-Options", "nosniff")
                .body(body);
    }

    private ResponseEntity<DynamicsView> accepted(UUID id) {
        return ResponseEntity.accepted().location(URI.create("/dynamics/" + id)).body(dynamics.require(id));
    }
}
