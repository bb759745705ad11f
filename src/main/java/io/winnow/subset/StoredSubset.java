package io.winnow.subset;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.data.domain.Persistable;

/** A subset that a user gave a name. Its samples lie in chunks beside it. */
@Entity
@Table(name = "subset")
class StoredSubset implements Persistable<UUID> {

    @Id
    private UUID id;

    private String name;
    private @Nullable String dataset;
    private String method;
    private String policy;
    private int size;
    private boolean labelled;
    private boolean weighted;
    private boolean keyed;
    private String head;
    private Instant createdAt;

    @SuppressWarnings("NullAway.Init")
    protected StoredSubset() {}

    /**
     * @param head with id, name and time
     * @param json the same as text
     */
    @SuppressWarnings("NullAway")
    StoredSubset(SubsetHead head, String json, KeptSamples samples) {
        this.id = head.id();
        this.name = head.name();
        this.dataset = head.dataset();
        this.method = head.method();
        this.policy = head.policy();
        this.size = head.size();
        this.labelled = samples.labelled();
        this.weighted = samples.weighted();
        this.keyed = samples.keyed();
        this.head = json;
        this.createdAt = head.createdAt();
    }

    @Override
    public UUID getId() {
        return id;
    }

    /** Only ever inserted. */
    @Override
    public boolean isNew() {
        return true;
    }

    int size() {
        return size;
    }

    boolean labelled() {
        return labelled;
    }

    boolean weighted() {
        return weighted;
    }

    boolean keyed() {
        return keyed;
    }

    String head() {
        return head;
    }
}
