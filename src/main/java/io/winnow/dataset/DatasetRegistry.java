package io.winnow.dataset;

import io.winnow.platform.ConflictException;
import io.winnow.platform.InvalidRequestException;
import io.winnow.platform.MostStored;
import io.winnow.platform.NotFoundException;
import io.winnow.platform.database.StoredLimit;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.data.domain.Page;
import org.springframework.data.domain.Pageable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionOperations;

/** Registers datasets, finds them and deletes them. */
@Component
public class DatasetRegistry {

    private final DatasetRepository repository;
    private final DataCheck check;
    private final Ingester ingester;
    private final StoreFolder stores;
    private final IngestOutcome outcome;
    private final BroughtData brought;
    private final ObjectProvider<DatasetUse> uses;
    private final TransactionOperations transaction;
    private final StoredLimit limit;

    DatasetRegistry(
            DatasetRepository repository,
            DataCheck check,
            Ingester ingester,
            StoreFolder stores,
            IngestOutcome outcome,
            BroughtData brought,
            ObjectProvider<DatasetUse> uses,
            TransactionOperations transaction,
            JdbcClient jdbc,
            MostStored most) {
        this.repository = repository;
        this.check = check;
        this.ingester = ingester;
        this.stores = stores;
        this.outcome = outcome;
        this.brought = brought;
        this.uses = uses;
        this.transaction = transaction;
        this.limit = new StoredLimit(
                jdbc, "datasets", "dataset", most.datasets(), "delete one by DELETE /datasets/{name} first");
    }

    /**
     * Registers a dataset and starts its ingest.
     *
     * @throws InvalidRequestException when a field is wrong, or the files are and that is cheap to see
     * @throws ConflictException when the name is taken, or there are too many
     */
    public Dataset register(DatasetRegistration registration) {
        checkNew(registration);
        UUID id = UUID.randomUUID();
        check.look(id, registration);
        return keep(id, registration);
    }

    /**
     * Registers a dataset of uploaded data and starts its ingest. Nothing of the data is kept unless that succeeds.
     *
     * @param registration with an upload as location
     * @throws InvalidRequestException when a field is wrong, or the file is
     * @throws ConflictException when the name is taken, or there are too many
     */
    public Dataset register(DatasetRegistration registration, Path upload) {
        checkNew(registration);
        UUID id = UUID.randomUUID();
        boolean kept = false;
        try {
            brought.accept(id, upload, String.valueOf(registration.format()));
            check.open(id, registration, "file");
            Dataset dataset = keep(id, registration);
            kept = true;
            return dataset;
        } catch (BadDataException e) {
            throw new InvalidRequestException("file", String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw new UncheckedIOException("an upload could not be taken in", e);
        } finally {
            if (!kept) {
                brought.delete(id);
            }
        }
    }

    private void checkNew(DatasetRegistration registration) {
        check.fields(registration);
        if (repository.existsByName(String.valueOf(registration.name()))) {
            throw taken(String.valueOf(registration.name()));
        }
        limit.requireRoom();
    }

    private Dataset keep(UUID id, DatasetRegistration registration) {
        String name = String.valueOf(registration.name());
        Dataset dataset;
        try {
            dataset = transaction.execute(status -> {
                Dataset saved = repository.saveAndFlush(new Dataset(id, name, registration));
                limit.admit();
                return saved;
            });
        } catch (DataIntegrityViolationException e) {
            throw taken(name);
        }
        ingester.start(dataset.id());
        return dataset;
    }

    /**
     * Ingests a dataset again whose files changed. Its samples may be others then: it counts as a new dataset of the same
     * name, and what was scored before keeps belonging to the old one. What was fetched is fetched again; an upload stays.
     *
     * @throws ConflictException when it is in use or being ingested
     */
    public Dataset ingestAgain(String name) {
        Dataset before = require(name);
        if (before.state() == Dataset.State.INGESTING) {
            throw new ConflictException("dataset '%s' is being ingested".formatted(name));
        }
        requireUnused(before);
        boolean uploaded = brought.isUpload(String.valueOf(before.registration().location()));
        if (!uploaded) {
            check.look(before.id(), before.registration());
        }
        Dataset dataset = outcome.replace(before, new Dataset(name, before.registration()));
        if (uploaded) {
            brought.move(before.id(), dataset.id());
        }
        deleteStores(before);
        ingester.start(dataset.id());
        return dataset;
    }

    private static ConflictException taken(String name) {
        return new ConflictException(
                "a dataset called '%s' exists; delete it first or choose another name".formatted(name));
    }

    /** @throws NotFoundException when there is none */
    public Dataset require(String name) {
        return Optional.of(name)
                .filter(written -> RegistrationCheck.NAME.matcher(written).matches())
                .flatMap(repository::findByName)
                .orElseThrow(() -> new NotFoundException(
                        "there is no dataset '%s'; POST /datasets registers one".formatted(name)));
    }

    public Page<Dataset> list(Pageable page) {
        return repository.findAll(page);
    }

    /**
     * Deletes a dataset and its tensor stores; the files it was made from stay. An ingest under way stops.
     *
     * @throws ConflictException when it is in use
     */
    public void delete(String name) {
        Dataset dataset = require(name);
        requireUnused(dataset);
        try {
            repository.deleteById(dataset.id());
        } catch (DataIntegrityViolationException e) {
            throw new ConflictException("dataset '%s' is in use".formatted(name));
        }
        deleteStores(dataset);
    }

    private void requireUnused(Dataset dataset) {
        uses.orderedStream()
                .flatMap(use -> use.inUse(dataset.id()).stream())
                .findFirst()
                .ifPresent(use -> {
                    throw new ConflictException("dataset '%s' is in use: %s".formatted(dataset.name(), use));
                });
    }

    private void deleteStores(Dataset dataset) {
        try {
            stores.delete(dataset.id());
            brought.delete(dataset.id());
        } catch (IOException e) {
            throw new UncheckedIOException("a tensor store could not be deleted", e);
        }
    }
}
