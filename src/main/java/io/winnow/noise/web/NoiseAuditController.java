package io.winnow.noise.web;

import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.winnow.job.JobStatus;
import io.winnow.job.JobsOfKind;
import io.winnow.job.web.JobEvents;
import io.winnow.noise.NoiseAuditRequest;
import io.winnow.noise.NoiseAuditView;
import io.winnow.noise.NoiseAudits;
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
@RequestMapping("/noise-audits")
class NoiseAuditController {

    private final NoiseAudits audits;
    private final JobEvents events;

    NoiseAuditController(NoiseAudits audits, JobEvents events) {
        this.audits = audits;
        this.events = events;
    }

    /** Takes the body as it came: the reading of it names all wrong fields at once. */
    @PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
    @ApiResponse(responseCode = "202")
    ResponseEntity<NoiseAuditView> submit(
            @io.swagger.v3.oas.annotations.parameters.RequestBody(
                            content = @Content(schema = @Schema(implementation = NoiseAuditRequest.class)))
                    @RequestBody(required = false)
                    byte @Nullable [] body,
            @RequestHeader(name = "Idempotency-Key", required = false) @Nullable String key,
            @Nullable Principal caller) {
        return accepted(audits.submit(body, key, caller == null ? null : caller.getName()));
    }

    @GetMapping
    PageResponse<NoiseAuditView> list(
            @RequestParam(required = false) @Nullable JobStatus status,
            @RequestParam(required = false) @Nullable String dataset,
            @ParameterObject PageQuery page) {
        return PageResponse.of(audits.list(status, dataset, page.toRequest(JobsOfKind.ORDER)), Function.identity());
    }

    @GetMapping("/{id}")
    NoiseAuditView get(@PathVariable UUID id) {
        return audits.require(id);
    }

    @PostMapping("/{id}/cancel")
    @ApiResponse(responseCode = "202")
    ResponseEntity<NoiseAuditView> cancel(@PathVariable UUID id) {
        audits.cancel(id);
        return accepted(id);
    }

    @DeleteMapping("/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void delete(@PathVariable UUID id) {
        audits.delete(id);
    }

    @GetMapping(path = "/{id}/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    SseEmitter events(@PathVariable UUID id) {
        return events.subscribe(id, () -> audits.require(id));
    }

    private ResponseEntity<NoiseAuditView> accepted(UUID id) {
        return ResponseEntity.accepted()
                .location(URI.create("/noise-audits/" + id))
                .body(audits.require(id));
    }
}
