package io.winnow.model.web;

import io.winnow.model.Model;
import io.winnow.model.ModelRegistry;
import io.winnow.platform.web.PageQuery;
import io.winnow.platform.web.PageResponse;
import java.net.URI;
import java.time.Instant;
import java.util.Map;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.data.domain.Sort;
import org.springframework.http.HttpStatus;
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
@RequestMapping("/models")
class ModelController {

    private final ModelRegistry registry;

    ModelController(ModelRegistry registry) {
        this.registry = registry;
    }

    @PostMapping(consumes = "application/json")
    @ResponseStatus(HttpStatus.CREATED)
    ResponseEntity<ModelResponse> register(@RequestBody ModelRegistry.Registration registration) {
        Model model = registry.register(registration);
        return ResponseEntity.created(URI.create("/models/" + model.name())).body(ModelResponse.of(model));
    }

    @GetMapping
    PageResponse<ModelResponse> list(@ParameterObject PageQuery page) {
        return PageResponse.of(registry.list(page.toRequest(Sort.by("name"))), ModelResponse::of);
    }

    @GetMapping("/{name}")
    ModelResponse get(@PathVariable String name) {
        return ModelResponse.of(registry.find(name));
    }

    @DeleteMapping("/{name}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void delete(@PathVariable String name) {
        registry.delete(name);
    }

    record ModelResponse(String name, String architecture, Map<String, Object> options, Instant createdAt) {

        static ModelResponse of(Model model) {
            return new ModelResponse(model.name(), model.architecture(), model.options(), model.createdAt());
        }
    }
}
