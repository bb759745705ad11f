package io.winnow.dataset.web;

import io.winnow.dataset.Dataset;
import io.winnow.dataset.DatasetRegistration;
import io.winnow.dataset.DatasetRegistry;
import io.winnow.platform.web.PageQuery;
import io.winnow.platform.web.PageResponse;
import java.net.URI;
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
@RequestMapping("/datasets")
class DatasetController {

    private final DatasetRegistry registry;

    DatasetController(DatasetRegistry registry) {
        this.registry = registry;
    }

    @PostMapping(consumes = "application/json")
    @ResponseStatus(HttpStatus.ACCEPTED)
    ResponseEntity<DatasetResponse> register(@RequestBody DatasetRegistration registration) {
        Dataset dataset = registry.register(registration);
        return ResponseEntity.accepted()
                .location(URI.create("/datasets/" + dataset.name()))
                .body(DatasetResponse.of(dataset));
    }

    @GetMapping
    PageResponse<DatasetResponse> list(@ParameterObject PageQuery page) {
        return PageResponse.of(registry.list(page.toRequest(Sort.by("name"))), DatasetResponse::of);
    }

    @GetMapping("/{name}")
    DatasetResponse get(@PathVariable String name) {
        return DatasetResponse.of(registry.require(name));
    }

    @PostMapping("/{name}/ingest")
    @ResponseStatus(HttpStatus.ACCEPTED)
    ResponseEntity<DatasetResponse> ingestAgain(@PathVariable String name) {
        Dataset dataset = registry.ingestAgain(name);
        return ResponseEntity.accepted()
                .location(URI.create("/datasets/" + dataset.name()))
                .body(DatasetResponse.of(dataset));
    }

    @DeleteMapping("/{name}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void delete(@PathVariable String name) {
        registry.delete(name);
    }
}
