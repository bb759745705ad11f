package io.winnow.job.web;

import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.winnow.job.JobState;
import io.winnow.job.JobStatus;
import io.winnow.job.JobsOfKind;
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
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * What is the same of jobs of every kind over HTTP.
 *
 * @param <V> such a job as users see it
 */
public abstract class JobsController<V extends JobState> {

    private final String path;
    private final JobsOfKind<?, V> jobs;
    private final JobEvents events;

    /** @param path of the jobs of this kind */
    protected JobsController(String path, JobsOfKind<?, V> jobs, JobEvents events) {
        this.path = path;
        this.jobs = jobs;
        this.events = events;
    }

    /** Takes the body as it came: the reading of it names all wrong fields at once. */
    protected final ResponseEntity<V> submitted(
            byte @Nullable [] body, @Nullable String key, @Nullable Principal caller) {
        return accepted(jobs.submit(body, key, caller == null ? null : caller.getName()));
    }

    @GetMapping
    PageResponse<V> list(
            @RequestParam(required = false) @Nullable JobStatus status,
            @RequestParam(required = false) @Nullable String dataset,
            @ParameterObject PageQuery page) {
        return PageResponse.of(jobs.list(status, dataset, page.toRequest(JobsOfKind.ORDER)), Function.identity());
    }

    @GetMapping("/{id}")
    V get(@PathVariable UUID id) {
        return jobs.require(id);
    }

    @PostMapping("/{id}/cancel")
    @ApiResponse(responseCode = "202")
    ResponseEntity<V> cancel(@PathVariable UUID id) {
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

    private ResponseEntity<V> accepted(UUID id) {
        return ResponseEntity.accepted().location(URI.create(path + "/" + id)).body(jobs.require(id));
    }
}
