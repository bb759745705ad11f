package io.winnow.subset;

import io.winnow.platform.ConflictException;
import io.winnow.platform.MostStored;
import io.winnow.platform.NotFoundException;
import io.winnow.platform.database.StoredLimit;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.UUID;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.data.domain.Page;
import org.springframework.data.domain.Pageable;
import org.springframework.data.domain.Sort;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.databind.json.JsonMapper;

/** The subsets that users gave a name, kept for ever. */
@Service
public class StoredSubsets {

    public static final Sort NEWEST_FIRST =
            Sort.by(Sort.Direction.DESC, "createdAt").and(Sort.by("id"));

    private final StoredSubsetRepository subsets;
    private final SubsetChunks chunks;
    private final JsonMapper json;
    private final Clock clock;
    private final StoredLimit limit;

    StoredSubsets(
            StoredSubsetRepository subsets,
            SubsetChunks chunks,
            JsonMapper json,
            Optional<Clock> clock,
            JdbcClient jdbc,
            MostStored most) {
        this.subsets = subsets;
        this.chunks = chunks;
        this.json = json;
        this.clock = clock.orElseGet(Clock::systemUTC);
        this.limit = new StoredLimit(
                jdbc, "stored subsets", "subset", most.subsets(), "winnow.most-stored.subsets allows more");
    }

    /** A stored subset: what it tells, and its samples, which are read when scanned. */
    public record Stored(SubsetHead head, KeptSamples samples) {}

    /**
     * Keeps a subset under a new id and its own name.
     *
     * @return its head, with id, name and time
     * @throws ConflictException when the name is taken, or there are too many
     */
    @Transactional
    public SubsetHead keep(String name, SubsetHead head, KeptSamples samples) {
        if (subsets.existsByName(name)) {
            throw taken(name);
        }
        limit.requireRoom();
        SubsetHead kept = head.stored(UUID.randomUUID(), name, clock.instant().truncatedTo(ChronoUnit.MICROS));
        try {
            StoredSubset entity = subsets.saveAndFlush(new StoredSubset(kept, json.writeValueAsString(kept), samples));
            chunks.write(entity.getId(), samples);
            limit.admit();
        } catch (DataIntegrityViolationException e) {
            throw taken(name);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return kept;
    }

    /**
     * @param idOrName a UUID, or else a name
     * @throws NotFoundException when there is none
     */
    public Stored require(String idOrName) {
        Optional<StoredSubset> found = subsets.findByName(idOrName);
        if (found.isEmpty()) {
            found = id(idOrName).flatMap(subsets::findById);
        }
        StoredSubset stored = found.orElseThrow(() -> new NotFoundException(
                "There is no stored subset of that id or name; GET /subsets lists them, POST /subsets stores one."));
        return new Stored(
                head(stored),
                chunks.read(stored.getId(), stored.size(), stored.labelled(), stored.weighted(), stored.keyed()));
    }

    public Page<SubsetHead> list(Pageable page) {
        return subsets.findAll(page).map(this::head);
    }

    private SubsetHead head(StoredSubset stored) {
        return json.readValue(stored.head(), SubsetHead.class);
    }

    private static Optional<UUID> id(String text) {
        try {
            UUID id = UUID.fromString(text);
            return id.toString().equalsIgnoreCase(text) ? Optional.of(id) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static ConflictException taken(String name) {
        return new ConflictException("there is a subset named '%s' already; choose another name".formatted(name));
    }
}
