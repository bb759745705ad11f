package io.winnow.job.web;

import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.winnow.job.DryRun;
import io.winnow.job.JobEpochs;
import io.winnow.job.JobRequest;
import io.winnow.job.JobView;
import io.winnow.job.ScoringJobs;
import java.security.Principal;
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
@RequestMapping(JobController.PATH)
class JobController extends JobsController<JobView> {

    static final String PATH = "/jobs";

    private final ScoringJobs jobs;

    JobController(ScoringJobs jobs, JobEvents events) {
        super(PATH, jobs, events);
        this.jobs = jobs;
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
        return dryRun ? ResponseEntity.ok(jobs.dryRun(body)) : submitted(body, key, caller);
    }

    @GetMapping("/{id}/epochs")
    JobEpochs epochs(@PathVariable UUID id) {
        return jobs.epochs(id);
    }
}
