package io.winnow.dataset;

import io.winnow.platform.ConflictException;
import io.winnow.platform.InvalidRequestException;
import io.winnow.platform.NotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.data.domain.Page;
import org.springframework.data.domain.Pageable;
import org.springframework.stereotype.Component;

/** Registers datasets, finds them and deletes them. */
@Component
public class DatasetRegistry implements Datasets {

    private final DatasetRepository repository;
    private final DatasetFormats formats;
    private final Ingester ingester;
    private final StoreFolder stores;
    private final DatasetIntegrity integrity;
    private final IngestOutcome outcome;
    private final BroughtData brought;
    private final ObjectProvider<DatasetUse> uses;
    private final ObjectProvider<SampleScores> sampleScores;

    DatasetRegistry(
            DatasetRepository repository,
            DatasetFormats formats,
            Ingester ingester,
            StoreFolder stores,
            DatasetIntegrity integrity,
            IngestOutcome outcome,
            BroughtData brought,
            ObjectProvider<DatasetUse> uses,
            ObjectProvider<SampleScores> sampleScores) {
        this.repository = repository;
        this.formats = formats;
        this.ingester = ingester;
        this.stores = stores;
        this.integrity = integrity;
        this.outcome = outcome;
        this.brought = brought;
        this.uses = uses;
        this.sampleScores = sampleScores;
    }

    /**
     * Registers a dataset and starts its ingest.
     *
     * @throws InvalidRequestException when a field is wrong, or the files are and that is cheap to see
     * @throws ConflictException when the name is taken
     */
    public Dataset register(DatasetRegistration registration) {
        checkNew(registration);
        UUID id = UUID.randomUUID();
        look(id, registration);
        return keep(id, registration);
    }

    /**
     * Registers a dataset of uploaded data and starts its ingest. Nothing of the data is kept unless that succeeds.
     *
     * @param registration with an upload as location
     * @throws InvalidRequestException when a field is wrong, or the file is
     * @throws ConflictException when the name is taken
     */
    public Dataset register(DatasetRegistration registration, Path upload) {
        checkNew(registration);
        UUID id = UUID.randomUUID();
        boolean kept = false;
        try {
            brought.accept(id, upload, String.valueOf(registration.format()));
            open(id, registration, "file");
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
        RegistrationCheck.check(registration, formats);
        if (repository.existsByName(String.valueOf(registration.name()))) {
            throw taken(String.valueOf(registration.name()));
        }
    }

    /** Checks what is cheap to check of the data of a registration; data that is still to be fetched is not asked for. */
    private void look(UUID id, DatasetRegistration registration) {
        String location = String.valueOf(registration.location());
        if (brought.isMeantBy(location)) {
            brought.check(location);
        } else {
            open(id, registration, "location");
        }
    }

    private void open(UUID id, DatasetRegistration registration, String field) {
        try {
            formats.open(formats.files(id, registration), registration);
        } catch (BadDataException e) {
            throw new InvalidRequestException(field, String.valueOf(e.getMessage()));
        } catch (AccessDeniedException e) {
            throw new InvalidRequestException(
                    field, Path.of(e.getFile()).getFileName() + " cannot be read: permission denied");
        } catch (IOException e) {
            throw new InvalidRequestException(field, "the files could not be read");
        }
    }

    private Dataset keep(UUID id, DatasetRegistration registration) {
        String name = String.valueOf(registration.name());
        Dataset dataset;
        try {
            dataset = repository.saveAndFlush(new Dataset(id, name, registration));
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
            look(before.id(), before.registration());
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

    @Override
    public ReadyDataset requireReady(String name) {
        return ready(require(name));
    }

    @Override
    public ReadyDataset requireReady(UUID id) {
        return ready(repository
                .findById(id)
                .orElseThrow(() -> new NotFoundException("the dataset %s was deleted".formatted(id))));
    }

    private static ReadyDataset ready(Dataset dataset) {
        ReadyDataset ready = dataset.whenReady();
        if (ready == null) {
            throw new ConflictException(
                    dataset.state() == Dataset.State.INGESTING
                            ? "dataset '%s' is still being ingested".formatted(dataset.name())
                            : "dataset '%s' could not be ingested; GET /datasets/%s says why"
                                    .formatted(dataset.name(), dataset.name()));
        }
        return ready;
    }

    @Override
    public void requireUnchanged(ReadyDataset dataset) {
        integrity.requireUnchanged(dataset);
    }

    @Override
    public void requireIntact(ReadyDataset dataset) {
        integrity.requireIntact(dataset);
    }

    @Override
    public TensorStore open(ReadyDataset dataset, Split split) {
        try {
            return MappedTensorStore.open(stores.file(dataset.id(), split), dataset.normalisation());
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "the tensor store of dataset '%s' cannot be read; delete the dataset and register it again"
                            .formatted(dataset.name()),
                    e);
        }
    }

    @Override
    public Optional<SampleKeys> keys(ReadyDataset dataset, Split split) {
        ReadyDataset.SplitInfo info = dataset.split(split);
        if (info == null) {
            return Optional.empty();
        }
        try {
            SampleKeys keys = MappedSampleKeys.open(stores.keys(dataset.id(), split), KeyFile.digest(info.checksum()));
            return Optional.of(info.positions().isAll() ? keys : new SourceKeys(keys, info.positions()));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "the keys of dataset '%s' cannot be read; delete the dataset and register it again"
                            .formatted(dataset.name()),
                    e);
        }
    }

    @Override
    public Optional<SampleKeys> trainingKeys(@Nullable UUID id) {
        return Optional.ofNullable(id)
                .flatMap(repository::findById)
                .map(Dataset::whenReady)
                .flatMap(dataset -> keys(dataset, Split.TRAIN));
    }

    @Override
    public SourcePositions trainingPositions(@Nullable UUID id) {
        return Optional.ofNullable(id)
                .flatMap(repository::findById)
                .map(Dataset::whenReady)
                .map(dataset -> dataset.train().positions())
                .orElse(SourcePositions.ALL);
    }

    /**
     * One sample with what is known of it.
     *
     * @param index its position in the user's data
     * @throws NotFoundException when the split has no such sample
     */
    public Sample sample(ReadyDataset dataset, Split split, int index) {
        ReadyDataset.SplitInfo info = dataset.split(split);
        if (info == null || index < 0 || index >= info.sourceSize()) {
            throw new NotFoundException("dataset '%s' has no sample %d: its %s split has %d samples, counted from 0"
                    .formatted(
                            dataset.name(),
                            index,
                            split == Split.TRAIN ? "training" : "test",
                            info == null ? 0 : info.sourceSize()));
        }
        int kept = info.positions().kept(index);
        if (kept < 0) {
            throw new NotFoundException(
                    "sample %d of dataset '%s' could not be used and was skipped".formatted(index, dataset.name()));
        }
        Optional<SampleKeys> keys = keys(dataset, split);
        try (TensorStore store = open(dataset, split);
                SampleKeys names = keys.orElse(null)) {
            byte[] values = new byte[store.sampleBytes()];
            store.copyTo(kept, ByteBuffer.wrap(values));
            Map<String, Double> scores = new TreeMap<>();
            if (split == Split.TRAIN) {
                sampleScores.forEach(source -> scores.putAll(source.of(dataset.id(), kept)));
            }
            return new Sample(
                    index,
                    names == null ? null : names.key(index),
                    store.label(kept),
                    new Pixels(store.shape(), store.element(), values),
                    scores,
                    info.checksum());
        }
    }

    /**
     * @param key null where samples have none
     * @param scores newest score by method
     * @param splitChecksum checksum of the split that it belongs to
     */
    public record Sample(
            int index,
            @Nullable String key,
            int label,
            Pixels pixels,
            Map<String, Double> scores,
            String splitChecksum) {}
}
