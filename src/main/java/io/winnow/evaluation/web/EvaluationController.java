package io.winnow.evaluation.web;

import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.winnow.evaluation.EvaluationEstimate;
import io.winnow.evaluation.EvaluationPlot;
import io.winnow.evaluation.EvaluationRequest;
import io.winnow.evaluation.EvaluationView;
import io.winnow.evaluation.Evaluations;
import io.winnow.job.web.JobEvents;
import io.winnow.job.web.JobsController;
import io.winnow.platform.web.FigureResponse;
import java.io.IOException;
import java.security.Principal;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
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
@RequestMapping(EvaluationController.PATH)
class EvaluationController extends JobsController<EvaluationView> {

    static final String PATH = "/evaluations";

    private final Evaluations evaluations;

    EvaluationController(Evaluations evaluations, JobEvents events) {
        super(PATH, evaluations, events);
        this.evaluations = evaluations;
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
        return dryRun ? ResponseEntity.ok(evaluations.dryRun(body)) : submitted(body, key, caller);
    }

    @GetMapping(path = "/{id}/plot.svg", produces = FigureResponse.SVG)
    ResponseEntity<byte[]> svg(@PathVariable UUID id) {
        return FigureResponse.svg(EvaluationPlot.of(evaluations.require(id)));
    }

    @GetMapping(path = "/{id}/plot.png", produces = MediaType.IMAGE_PNG_VALUE)
    ResponseEntity<byte[]> png(@PathVariable UUID id) {
        return FigureResponse.png(EvaluationPlot.of(evaluations.require(id)));
    }

    @GetMapping(path = "/{id}/points.csv", produces = FigureResponse.CSV)
    ResponseEntity<byte[]> csv(@PathVariable UUID id) throws IOException {
        EvaluationView evaluation = evaluations.require(id);
        return FigureResponse.csv(new PointTable(Objects.requireNonNullElse(evaluation.points(), List.of())));
    }
}
