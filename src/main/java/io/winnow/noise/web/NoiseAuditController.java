package io.winnow.noise.web;

import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.winnow.job.web.JobEvents;
import io.winnow.job.web.JobsController;
import io.winnow.noise.NoiseAuditRequest;
import io.winnow.noise.NoiseAuditView;
import io.winnow.noise.NoiseAudits;
import java.security.Principal;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping(NoiseAuditController.PATH)
class NoiseAuditController extends JobsController<NoiseAuditView> {

    static final String PATH = "/noise-audits";

    NoiseAuditController(NoiseAudits audits, JobEvents events) {
        super(PATH, audits, events);
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
        return submitted(body, key, caller);
    }
}
