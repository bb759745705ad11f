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
import io.winnow.job.web.JobEvents;
import io.winnow.job.web.JobsController;
import io.winnow.platform.web.FigureResponse;
import java.io.IOException;
import java.security.Principal;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.knowm.xchart.XYChart;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping(DynamicsController.PATH)
class DynamicsController extends JobsController<DynamicsView> {

    static final String PATH = "/dynamics";

    private final Dynamics dynamics;

    DynamicsController(Dynamics dynamics, JobEvents events) {
        super(PATH, dynamics, events);
        this.dynamics = dynamics;
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
        return dryRun ? ResponseEntity.ok(dynamics.dryRun(body)) : submitted(body, key, caller);
    }

    @GetMapping(path = "/{id}/plot.svg", produces = FigureResponse.SVG)
    ResponseEntity<byte[]> svg(
            @PathVariable UUID id,
            @RequestParam(required = false) @Nullable String figure,
            @RequestParam(required = false) @Nullable String measure,
            @RequestParam(required = false) @Nullable Integer epoch) {
        return FigureResponse.svg(plot(id, figure, measure, epoch));
    }

    @GetMapping(path = "/{id}/plot.png", produces = MediaType.IMAGE_PNG_VALUE)
    ResponseEntity<byte[]> png(
            @PathVariable UUID id,
            @RequestParam(required = false) @Nullable String figure,
            @RequestParam(required = false) @Nullable String measure,
            @RequestParam(required = false) @Nullable Integer epoch) {
        return FigureResponse.png(plot(id, figure, measure, epoch));
    }

    private XYChart plot(UUID id, @Nullable String figure, @Nullable String measure, @Nullable Integer epoch) {
        DynamicsView study = dynamics.require(id);
        return DynamicsPlot.of(study, DynamicsFigure.of(study.request(), figure, measure, epoch));
    }

    @GetMapping(path = "/{id}/points.csv", produces = FigureResponse.CSV)
    ResponseEntity<byte[]> csv(
            @PathVariable UUID id,
            @RequestParam(required = false) @Nullable String figure,
            @RequestParam(required = false) @Nullable Integer epoch)
            throws IOException {
        DynamicsView study = dynamics.require(id);
        return FigureResponse.csv(new DynamicsTable(study, DynamicsFigure.of(study.request(), figure, null, epoch)));
    }
}
