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

    @SuppressWarnings("NullAway.Init")
    protected Model() {}

    Model(String name, Architecture architecture, Map<String, Object> options) {
        this.id = UUID.randomUUID();
        this.name = name;
        this.architecture = architecture.name();
        this.options = options;
        this.createdAt = Instant.now().truncatedTo(ChronoUnit.MICROS);
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
