package io.winnow.job.web;

import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.winnow.job.DryRun;
import io.winnow.job.JobEpochs;
import io.winnow.job.JobRequest;
import io.winnow.job.JobStatus;
import io.winnow.job.JobView;
import io.winnow.job.JobsOfKind;
import io.winnow.job.ScoringJobs;
import io.winnow.platform.web.PageQuery;
import io.winnow.platform.web.PageResponse;
import java.net.URI;
import java.security.Principal;
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
@RequestMapping("/jobs")
class JobController {

    private final ScoringJobs jobs;
    private final JobEvents events;

    JobController(ScoringJobs jobs, JobEvents events) {
        this.jobs = jobs;
        this.events = events;
    }

    /**
     * Takes the body as it came: the reading of it names all wrong fields at once.
     *
     * @param dryRun only estimates: nothing is kept
     */
    @PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
    @ApiResponse(responseCode = "200", content = @Content(schema = @Schema(implementation = DryRun.class)))
    @ApiResponse(responseCode = "202", content = @Content(schema = @Schema(implementation = JobView.class)))
    ResponseEntity<?> submit(
            @io.swagger.v3.oas.annotations.parameters.RequestBody(
                            content = @Content(schema = @Schema(implementation = JobRequest.class)))
                    @RequestBody(required = false)
                    byte @Nullable [] body,
            @RequestHeader(name = "Idempotency-Key", required = false) @Nullable String key,
            @RequestParam(defaultValue = "false") boolean dryRun,
            @Nullable Principal caller) {
        return dryRun
                ? ResponseEntity.ok(jobs.dryRun(body))
                : accepted(jobs.submit(body, key, caller == null ? null : caller.getName()));
    }

    @GetMapping
    PageResponse<JobView> list(
            @RequestParam(required = false) @Nullable JobStatus status,
            @RequestParam(required = false) @Nullable String dataset,
            @ParameterObject PageQuery page) {
        return PageResponse.of(jobs.list(status, dataset, page.toRequest(JobsOfKind.ORDER)), Function.identity());
    }

    @GetMapping("/{id}")
    JobView get(@PathVariable UUID id) {
        return jobs.require(id);
    }

    @GetMapping("/{id}/epochs")
    JobEpochs epochs(@PathVariable UUID id) {
        return jobs.epochs(id);
    }

    @PostMapping("/{id}/cancel")
    @ApiResponse(responseCode = "202")
    ResponseEntity<JobView> cancel(@PathVariable UUID id) {
        jobs.cancel(id);
        return accepted(id);
    }

    @DeleteMapping("/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void delete(@PathVariable UUID id) {
        jobs.delete(id);
    }

    @GetMapping(path = "/{id}/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    SseEmitter events(@PathVariable UUID id) {
        return events.subscribe(id, () -> jobs.require(id));
    }

    private ResponseEntity<JobView> accepted(UUID id) {
        return ResponseEntity.accepted().location(URI.create("/jobs/" + id)).body(jobs.require(id));
    }
}
