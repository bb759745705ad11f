package io.winnow.dataset.web;

import io.winnow.dataset.Dataset;
import io.winnow.dataset.DatasetRegistration;
import io.winnow.dataset.DatasetRegistry;
import io.winnow.platform.InvalidRequestException;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.Part;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.http.server.ServletServerHttpRequest;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** {@code POST /datasets} with the data itself. The container has written the parts to disk before they come here. */
@RestController
class UploadController {

    private static final Set<String> PARTS = Set.of("metadata", "file");
    private static final int LONGEST_METADATA = 1 << 20;
    private static final int LONGEST_NAME = 100;
    private static final String LOCATION = "location";

    private final DatasetRegistry registry;
    private final JsonMapper json;
    private final Path folder;

    UploadController(DatasetRegistry registry, JsonMapper json, UploadFolder folder) {
        this.registry = registry;
        this.json = json;
        this.folder = folder.path();
    }

    @PostMapping(path = "/datasets", consumes = MediaType.MULTIPART_FORM_DATA_VALUE)
    @ResponseStatus(HttpStatus.ACCEPTED)
    ResponseEntity<DatasetResponse> upload(HttpServletRequest request) throws IOException, ServletException {
        Set<String> names = new HashSet<>();
        for (Part part : request.getParts()) {
            if (!PARTS.contains(part.getName())) {
                throw new InvalidRequestException(part.getName(), "is not a part of this request");
            }
            if (!names.add(part.getName())) {
                throw new InvalidRequestException(part.getName(), "is given twice");
            }
        }
        Part file = required(request, "file");
        DatasetRegistration registration = registration(request, "upload:" + shown(file.getSubmittedFileName()));
        Path upload = folder.resolve(UUID.randomUUID().toString());
        try {
            file.write(upload.toString());
            Dataset dataset = registry.register(registration, upload);
            return ResponseEntity.accepted()
                    .location(URI.create("/datasets/" + dataset.name()))
                    .body(DatasetResponse.of(dataset));
        } finally {
            Files.deleteIfExists(upload);
        }
    }

    private static Part required(HttpServletRequest request, String name) throws IOException, ServletException {
        Part part = request.getPart(name);
        if (part == null) {
            throw new InvalidRequestException(name, "is required as a part of the form");
        }
        return part;
    }

    private DatasetRegistration registration(HttpServletRequest request, String location)
            throws IOException, ServletException {
        Part part = required(request, "metadata");
        if (part.getSize() > LONGEST_METADATA) {
            throw new InvalidRequestException("metadata", "is longer than %d bytes".formatted(LONGEST_METADATA));
        }
        try (InputStream in = part.getInputStream()) {
            JsonNode metadata = json.readTree(in);
            if (!(metadata instanceof ObjectNode object)) {
                throw new InvalidRequestException("metadata", "must be a JSON object");
            }
            if (object.has(LOCATION)) {
                throw new InvalidRequestException(LOCATION, "is not taken by an upload");
            }
            return json.treeToValue(object.put(LOCATION, location), DatasetRegistration.class);
        } catch (JacksonException e) {
            throw new HttpMessageNotReadableException(
                    "the metadata of an upload", e, new ServletServerHttpRequest(request));
        }
    }

    /** A file's name as it may stand in an answer. */
    private static String shown(@Nullable String fileName) {
        String name = fileName == null ? "" : fileName.replaceAll("[^A-Za-z0-9._-]", "_");
        return name.isEmpty() ? "data" : name.substring(0, Math.min(name.length(), LONGEST_NAME));
    }
}
