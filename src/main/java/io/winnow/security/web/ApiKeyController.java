package io.winnow.security.web;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.winnow.platform.web.PageQuery;
import io.winnow.platform.web.PageResponse;
import io.winnow.security.ApiKey;
import io.winnow.security.ApiKeys;
import io.winnow.security.Scope;
import java.security.Principal;
import java.time.Instant;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.data.domain.Sort;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api-keys")
class ApiKeyController {

    private final ApiKeys keys;

    ApiKeyController(ApiKeys keys) {
        this.keys = keys;
    }

    @PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
    @ApiResponse(responseCode = "201")
    ResponseEntity<NewKey> create(@RequestBody KeyRequest request, @Nullable Principal caller) {
        ApiKeys.Made made = keys.create(
                request.name(), request.scope(), request.expiresAt(), caller == null ? null : caller.getName());
        return ResponseEntity.status(HttpStatus.CREATED)
                .cacheControl(CacheControl.noStore())
                .body(new NewKey(made.key(), made.stored()));
    }

    @GetMapping
    PageResponse<ApiKey> list(@ParameterObject PageQuery page) {
        return PageResponse.of(keys.list(page.toRequest(Sort.unsorted())), Function.identity());
    }

    @DeleteMapping("/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void revoke(@PathVariable UUID id) {
        keys.revoke(id);
    }

    /**
     * @param name callers with the key are known by it
     * @param expiresAt null for never
     */
    record KeyRequest(
            @Nullable String name,
            @Nullable Scope scope,
            @Nullable Instant expiresAt) {}

    /** @param key to be kept by the caller: it is not shown again */
    record NewKey(String key, @JsonUnwrapped ApiKey stored) {

        @Override
        public String toString() {
            return "a new key";
        }
    }
}
