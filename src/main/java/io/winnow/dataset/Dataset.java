package io.winnow.dataset;

import io.winnow.surrogate.Element;
import io.winnow.surrogate.Normalisation;
import io.winnow.surrogate.SampleShape;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.annotations.Mutability;
import org.hibernate.type.SqlTypes;
import org.hibernate.type.descriptor.java.Immutability;
import org.jspecify.annotations.Nullable;

/** A registered dataset: INGESTING until its tensor stores are written, then READY, or FAILED with its problems. */
@Entity
@Table(name = "dataset")
public class Dataset {

    static final int MOST_PROBLEMS = 100;

    @Id
    private UUID id;

    private String name;

    @JdbcTypeCode(SqlTypes.JSON)
    private DatasetRegistration registration;

    @Enumerated(EnumType.STRING)
    private State state;

    private double progress;

    @Enumerated(EnumType.STRING)
    private @Nullable Element element;

    private @Nullable Integer channels;
    private @Nullable Integer height;
    private @Nullable Integer width;
    private String @Nullable [] classes;
    private float @Nullable [] mean;
    private float @Nullable [] std;
    private @Nullable Integer trainSize;
    private int @Nullable [] trainClassCounts;
    private @Nullable String trainChecksum;
    private int @Nullable [] trainSkipped;
    private @Nullable Integer testSize;
    private int @Nullable [] testClassCounts;
    private @Nullable String testChecksum;
    private int @Nullable [] testSkipped;

    @JdbcTypeCode(SqlTypes.JSON)
    @Mutability(Immutability.class)
    private Problem[] problems;

    private Instant createdAt;

    /** Where a dataset stands. */
    public enum State {
        INGESTING,
        READY,
        FAILED
    }

    /**
     * Something that the ingest found.
     *
     * @param sample position in the split as the user has it, or null when it is about the whole
     */
    public record Problem(@Nullable Integer sample, String message) {}

    @SuppressWarnings("NullAway.Init")
    protected Dataset() {}

    Dataset(String name, DatasetRegistration registration) {
        this(UUID.randomUUID(), name, registration);
    }

    Dataset(UUID id, String name, DatasetRegistration registration) {
        this.id = id;
        this.name = name;
        this.registration = registration;
        this.state = State.INGESTING;
        this.problems = new Problem[0];
        this.createdAt = Instant.now().truncatedTo(ChronoUnit.MICROS);
    }

    void ready(
            SampleShape shape,
            Element values,
            List<String> classNames,
            ReadyDataset.SplitInfo train,
            ReadyDataset.@Nullable SplitInfo test,
            Normalisation normalisation,
            List<Problem> found) {
        state = State.READY;
        progress = 1;
        element = values;
        channels = shape.channels();
        height = shape.height();
        width = shape.width();
        classes = classNames.toArray(String[]::new);
        mean = normalisation.mean();
        std = normalisation.std();
        trainSize = train.size();
        trainClassCounts = train.classCounts();
        trainChecksum = train.checksum();
        trainSkipped = train.positions().isAll() ? null : train.positions().skipped();
        if (test != null) {
            testSize = test.size();
            testClassCounts = test.classCounts();
            testChecksum = test.checksum();
            testSkipped = test.positions().isAll() ? null : test.positions().skipped();
        }
        problems = firstOf(found);
    }

    void failed(List<Problem> found) {
        state = State.FAILED;
        problems = firstOf(found);
    }

    private static Problem[] firstOf(List<Problem> found) {
        return found.stream().limit(MOST_PROBLEMS).toArray(Problem[]::new);
    }

    public UUID id() {
        return id;
    }

    public String name() {
        return name;
    }

    public DatasetRegistration registration() {
        return registration;
    }

    public State state() {
        return state;
    }

    /** The fraction of the ingest that is done. */
    public double progress() {
        return progress;
    }

    public List<Problem> problems() {
        return List.of(problems);
    }

    public Instant createdAt() {
        return createdAt;
    }

    /** What the ingest found out; null unless READY. */
    public @Nullable ReadyDataset whenReady() {
        if (state != State.READY
                || element == null
                || channels == null
                || height == null
                || width == null
                || classes == null
                || mean == null
                || std == null
                || trainSize == null
                || trainClassCounts == null
                || trainChecksum == null) {
            return null;
        }
        return new ReadyDataset(
                id,
                name,
                new SampleShape(channels, height, width),
                element,
                List.of(classes),
                new ReadyDataset.SplitInfo(
                        trainSize, trainClassCounts, trainChecksum, SourcePositions.without(trainSkipped)),
                testSize == null || testClassCounts == null || testChecksum == null
                        ? null
                        : new ReadyDataset.SplitInfo(
                                testSize, testClassCounts, testChecksum, SourcePositions.without(testSkipped)),
                new Normalisation(mean, std));
    }
}
