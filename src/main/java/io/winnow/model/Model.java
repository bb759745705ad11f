package io.winnow.model;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.UUID;
import org.hibernate.annotations.Immutable;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;

/** A registered model; it never changes. */
@Entity
@Immutable
@Table(name = "model")
public class Model {

    @Id
    private UUID id;

    private String name;
    private String architecture;

    @JdbcTypeCode(SqlTypes.JSON)
    private Map<String, Object> options;

    private Instant createdAt;

    private @Nullable String uploadSha256;
    private @Nullable Long uploadBytes;
    private @Nullable String uploader;

    @SuppressWarnings("NullAway.Init")
    protected Model() {}

    Model(String name, Architecture architecture, Map<String, Object> options) {
        this.id = UUID.randomUUID();
        this.name = name;
        this.architecture = architecture.name();
        this.options = options;
        this.createdAt = Instant.now().truncatedTo(ChronoUnit.MICROS);
    }

    /**
     * A model of an uploaded file.
     *
     * @param uploader who sent it, where callers have names
     */
    Model(UUID id, String name, Map<String, Object> options, Upload upload, @Nullable String uploader) {
        this.id = id;
        this.name = name;
        this.architecture = TorchScriptModels.ARCHITECTURE;
        this.options = options;
        this.createdAt = Instant.now().truncatedTo(ChronoUnit.MICROS);
        this.uploadSha256 = upload.sha256();
        this.uploadBytes = upload.bytes();
        this.uploader = uploader;
    }

    /**
     * What was uploaded.
     *
     * @param sha256 of the file as it came, in hexadecimal
     */
    public record Upload(String sha256, long bytes) {}

    /** The file as it came; null for an architecture of the catalogue. */
    public @Nullable Upload upload() {
        return uploadSha256 == null || uploadBytes == null ? null : new Upload(uploadSha256, uploadBytes);
    }

    /** Who uploaded it, where that is known. */
    public @Nullable String uploader() {
        return uploader;
    }

    UUID id() {
        return id;
    }

    public String name() {
        return name;
    }

    public String architecture() {
        return architecture;
    }

    /** The architecture's options, complete with defaults. */
    public Map<String, Object> options() {
        return options;
    }

    public Instant createdAt() {
        return createdAt;
    }
}
