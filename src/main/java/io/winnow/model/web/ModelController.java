package io.winnow.model.web;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.winnow.model.Model;
import io.winnow.model.ModelRegistry;
import io.winnow.platform.InvalidRequestException;
import io.winnow.platform.web.PageQuery;
import io.winnow.platform.web.PageResponse;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.Part;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.Principal;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.data.domain.Sort;
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
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

@RestController
@RequestMapping("/models")
class ModelController {

    private static final Set<String> PARTS = Set.of("metadata", "file");
    private static final int LONGEST_METADATA = 1 << 16;

    private final ModelRegistry registry;
    private final JsonMapper json;

    ModelController(ModelRegistry registry, JsonMapper json) {
        this.registry = registry;
        this.json = json;
    }

    @PostMapping(consumes = "application/json")
    @ResponseStatus(HttpStatus.CREATED)
    ResponseEntity<ModelResponse> register(@RequestBody ModelRegistry.Registration registration) {
        Model model = registry.register(registration);
        return ResponseEntity.created(URI.create("/models/" + model.name())).body(ModelResponse.of(model));
    }

    /** Reads the parts itself: nothing is taken while uploads are off. */
    @PostMapping(consumes = MediaType.MULTIPART_FORM_DATA_VALUE)
    @ResponseStatus(HttpStatus.CREATED)
    ResponseEntity<ModelResponse> upload(HttpServletRequest request) throws IOException, ServletException {
        registry.requireUploads();
        for (Part part : request.getParts()) {
            if (!PARTS.contains(part.getName())) {
                throw new InvalidRequestException(part.getName(), "is not a part of this request");
            }
        }
        ModelRegistry.Script script = metadata(required(request, "metadata"));
        Part part = required(request, "file");
        registry.requireFits(part.getSize());
        Path file = Files.createTempFile("winnow-model", ".upload");
        try {
            try (InputStream in = part.getInputStream()) {
                Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
            }
            Principal caller = request.getUserPrincipal();
            Model model = registry.upload(script, file, caller == null ? null : caller.getName());
            return ResponseEntity.created(URI.create("/models/" + model.name())).body(ModelResponse.of(model));
        } finally {
            Files.deleteIfExists(file);
        }
    }

    private static Part required(HttpServletRequest request, String name) throws IOException, ServletException {
        Part part = request.getPart(name);
        if (part == null) {
            throw new InvalidRequestException(name, "is required as a part of the form");
        }
        return part;
    }

    private ModelRegistry.Script metadata(Part part) throws IOException {
        try (InputStream in = part.getInputStream()) {
            return json.readValue(in.readNBytes(LONGEST_METADATA), ModelRegistry.Script.class);
        } catch (JacksonException e) {
            throw new InvalidRequestException(
                    "metadata", "must be a JSON object with name and, if wanted, initialise, keep or reset");
        }
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

    /** @param torchScript of an uploaded file; left out for an architecture of the catalogue */
    record ModelResponse(
            String name,
            String architecture,
            Map<String, Object> options,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            TorchScriptResponse torchScript,

            Instant createdAt) {

        static ModelResponse of(Model model) {
            Model.Upload upload = model.upload();
            if (upload == null) {
                return new ModelResponse(model.name(), model.architecture(), model.options(), null, model.createdAt());
            }
            Map<String, Object> options = Map.of("initialise", model.options().getOrDefault("initialise", "keep"));
            TorchScriptResponse script = new TorchScriptResponse(upload.sha256(), upload.bytes(), model.uploader());
            return new ModelResponse(model.name(), model.architecture(), options, script, model.createdAt());
        }
    }

    /**
     * @param sha256 of the file as it was uploaded
     * @param uploader who sent it; null where callers have no names
     */
    record TorchScriptResponse(
            String sha256, long bytes, @Nullable String uploader) {}
}
