package io.winnow.scoring.store;

import io.winnow.dataset.SourcePositions;
import io.winnow.scoring.Keeps;
import io.winnow.scoring.ScoreSet;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;
import org.springframework.data.domain.Persistable;

/** A row of {@code score_set}: written once, never changed. */
@Entity
@Table(name = "score_set")
class ScoreSetEntity implements Persistable<UUID> {

    @Id
    private UUID id;

    private @Nullable UUID datasetId;
    private @Nullable String dataset;
    private @Nullable UUID jobId;
    private @Nullable String name;
    private String method;
    private @Nullable Integer epoch;
    private int place;
    private int runs;

    @Enumerated(EnumType.STRING)
    private Keeps keeps;

    private int size;
    private int classes;
    private double min;
    private double max;
    private double mean;
    private double std;

    @JdbcTypeCode(SqlTypes.JSON)
    private String details;

    private @Nullable UUID labelsOf;
    private int @Nullable [] skipped;
    private Instant createdAt;

    @SuppressWarnings("NullAway.Init")
    protected ScoreSetEntity() {}

    /**
     * @param place among the score sets of its job
     * @param labelsOf whose chunks have the labels, or null
     */
    ScoreSetEntity(ScoreSet set, int place, @Nullable UUID labelsOf) {
        this.id = set.id();
        this.datasetId = set.datasetId();
        this.dataset = set.dataset();
        this.jobId = set.job();
        this.name = set.name();
        this.method = set.method();
        this.epoch = set.epoch();
        this.place = place;
        this.runs = set.runs();
        this.keeps = set.keeps();
        this.size = set.size();
        this.classes = set.classes();
        this.min = set.min();
        this.max = set.max();
        this.mean = set.mean();
        this.std = set.std();
        this.details = new Details(set.histogram(), set.reliability(), set.facts(), set.warnings()).write();
        this.labelsOf = labelsOf;
        this.skipped = set.positions().isAll() ? null : set.positions().skipped();
        this.createdAt = set.createdAt();
    }

    ScoreSet toScoreSet() {
        Details read = Details.read(details);
        return new ScoreSet(
                id,
                datasetId,
                dataset,
                jobId,
                name,
                method,
                epoch,
                runs,
                keeps,
                size,
                classes,
                min,
                max,
                mean,
                std,
                read.histogram(),
                read.reliability(),
                read.facts(),
                read.warnings(),
                createdAt,
                SourcePositions.without(skipped));
    }

    @Override
    public UUID getId() {
        return id;
    }

    /** Saved once, when it is made. */
    @Override
    public boolean isNew() {
        return true;
    }

    @Nullable
    UUID labelsOf() {
        return labelsOf;
    }
}
