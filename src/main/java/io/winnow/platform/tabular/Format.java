package io.winnow.platform.tabular;

import io.winnow.platform.InvalidRequestException;
import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.web.HttpMediaTypeNotAcceptableException;

/** The formats of long lists. */
public enum Format {
    JSON("application/json"),
    NDJSON("application/x-ndjson"),
    CSV("text/csv"),
    NPY("application/x-npy"),
    TXT("text/plain"),
    PARQUET("application/vnd.apache.parquet");

    private final MediaType mediaType;

    Format(String mediaType) {
        this.mediaType = MediaType.parseMediaType(mediaType);
    }

    /** The value of the parameter {@code format}, and the extension of a file of it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    public MediaType mediaType() {
        return mediaType;
    }

    /** The header {@code Content-Type}. */
    public String contentType() {
        return this == CSV || this == TXT ? mediaType + ";charset=UTF-8" : mediaType.toString();
    }

    /** Whether a general compression on the way is worth its time; Parquet brings its own encodings. */
    public boolean compressible() {
        return this != PARQUET;
    }

    /**
     * The format that a request wants: its parameter {@code format} or, without one, the best of its {@code Accept}.
     *
     * @param offered what can be had, the default first
     * @throws InvalidRequestException for an unknown parameter
     * @throws HttpMediaTypeNotAcceptableException when nothing offered is accepted; answered with 406
     */
    public static Format of(HttpServletRequest request, @Nullable String parameter, Set<Format> offered)
            throws HttpMediaTypeNotAcceptableException {
        if (parameter != null) {
            return offered.stream()
                    .filter(format -> format.label().equals(parameter))
                    .findFirst()
                    .orElseThrow(() -> new InvalidRequestException("format", "must be one of " + labels(offered)));
        }
        for (MediaType accepted : accepted(request)) {
            for (Format format : offered) {
                if (accepted.includes(format.mediaType)) {
                    return format;
                }
            }
        }
        throw new HttpMediaTypeNotAcceptableException(
                offered.stream().map(Format::mediaType).toList());
    }

    private static List<MediaType> accepted(HttpServletRequest request) throws HttpMediaTypeNotAcceptableException {
        String header = String.join(",", Collections.list(request.getHeaders("Accept")));
        if (header.isBlank()) {
            return List.of(MediaType.ALL);
        }
        try {
            List<MediaType> accepted = new ArrayList<>(MediaType.parseMediaTypes(header));
            accepted.removeIf(type -> type.getQualityValue() == 0);
            accepted.sort(Comparator.comparingDouble(MediaType::getQualityValue).reversed());
            return accepted;
        } catch (InvalidMediaTypeException e) {
            throw new HttpMediaTypeNotAcceptableException("the Accept header cannot be read");
        }
    }

    private static String labels(Set<Format> formats) {
        return formats.stream().map(Format::label).collect(Collectors.joining(", "));
    }
}
