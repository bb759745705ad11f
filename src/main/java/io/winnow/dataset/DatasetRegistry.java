package io.winnow.dataset;

import io.winnow.platform.ConflictException;
import io.winnow.platform.InvalidRequestException;
import io.winnow.platform.NotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.data.domain.Page;
import org.springframework.data.domain.Pageable;
import org.springframework.stereotype.Component;

/** Registers datasets, finds them and deletes them. */
@Component
public class DatasetRegistry implements Datasets {

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");
    private static final int LONGEST_TEXT = 2000;

    private final DatasetRepository repository;
    private final DatasetFormats formats;
    private final Ingester ingester;
    private final StoreFolder stores;
    private final DatasetIntegrity integrity;
    private final IngestOutcome outcome;
    private final ObjectProvider<DatasetUse> uses;
    private final ObjectProvider<SampleScores> sampleScores;

    DatasetRegistry(
            DatasetRepository repository,
            DatasetFormats formats,
            Ingester ingester,
            StoreFolder stores,
            DatasetIntegrity integrity,
            IngestOutcome outcome,
            ObjectProvider<DatasetUse> uses,
            ObjectProvider<SampleScores> sampleScores) {
        this.repository = repository;
        this.formats = formats;
        this.ingester = ingester;
        this.stores = stores;
        this.integrity = integrity;
        this.outcome = outcome;
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
        check(registration);
        String name = String.valueOf(registration.name());
        if (repository.existsByName(name)) {
            throw taken(name);
        }
        look(registration);
        Dataset dataset;
        try {
            dataset = repository.saveAndFlush(new Dataset(name, registration));
        } catch (DataIntegrityViolationException e) {
            throw taken(name);
        }
        ingester.start(dataset.id());
        return dataset;
    }

    private void look(DatasetRegistration registration) {
        try {
            formats.open(registration);
        } catch (BadDataException e) {
            throw new InvalidRequestException("location", String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw new InvalidRequestException("location", "the files could not be read");
        }
    }

    /**
     * Ingests a dataset again whose files changed. Its samples may be others then: it counts as a new dataset of the same
     * name, and what was scored before keeps belonging to the old one.
     *
     * @throws ConflictException when it is in use or being ingested
     */
    public Dataset ingestAgain(String name) {
        Dataset before = require(name);
        if (before.state() == Dataset.State.INGESTING) {
            throw new ConflictException("dataset '%s' is being ingested".formatted(name));
        }
        requireUnused(before);
        look(before.registration());
        Dataset dataset = outcome.replace(before, new Dataset(name, before.registration()));
        deleteStores(before);
        ingester.start(dataset.id());
        return dataset;
    }

    private static ConflictException taken(String name) {
        return new ConflictException(
                "a dataset called '%s' exists; delete it first or choose another name".formatted(name));
    }

    private void check(DatasetRegistration registration) {
        String name = registration.name();
        String format = registration.format();
        String location = registration.location();
        String description = registration.description();
        List<String> classes = registration.classes();
        Integer channels = registration.channels();
        DatasetRegistration.Resize resize = registration.resize();
        new InvalidRequestException.Collector()
                .require(
                        name != null && NAME.matcher(name).matches(),
                        "name",
                        "must be 1 to 63 of the characters a-z 0-9 . _ - and begin with a letter or digit")
                .require(format != null && formats.isKnown(format), "format", "must be one of: " + formats.known())
                .require(
                        location != null && !location.isBlank() && location.length() <= LONGEST_TEXT,
                        "location",
                        "must name a directory or file under a data root")
                .require(
                        description == null || description.length() <= LONGEST_TEXT,
                        "description",
                        "must have at most %d characters".formatted(LONGEST_TEXT))
                .require(
                        channels == null || channels == 1 || channels == 3,
                        "channels",
                        "must be 1 (grey) or 3 (colour)")
                .require(
                        resize == null || resize.isValid(),
                        "resize",
                        "must have a size from 1 to %d and a mode that is crop or exact"
                                .formatted(DatasetRegistration.Resize.LARGEST))
                .require(registration.saysWhatOfBadSamples(), "onBadSample", "must be fail or skip")
                .require(
                        registration.maxBadSamples() == null
                                || registration.skipsBadSamples()
                                        && registration.maxBadSamples() >= 1
                                        && registration.maxBadSamples() <= DatasetRegistration.MOST_BAD,
                        "maxBadSamples",
                        "must be 1 to %d, and goes with \"onBadSample\": \"skip\""
                                .formatted(DatasetRegistration.MOST_BAD))
                .require(
                        classes == null || namesClasses(classes),
                        "classes",
                        "must be at least two different names, none of them empty")
                .throwIfAny();
    }

    private static boolean namesClasses(List<String> classes) {
        return classes.size() >= 2
                && new HashSet<>(classes).size() == classes.size()
                && classes.stream().noneMatch(name -> name == null || name.isBlank() || name.length() > LONGEST_TEXT);
    }

    /** @throws NotFoundException when there is none */
    public Dataset require(String name) {
        return Optional.of(name)
                .filter(written -> NAME.matcher(written).matches())
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
