package io.winnow.dataset;

import io.winnow.platform.ConflictException;
import io.winnow.platform.NotFoundException;
import io.winnow.surrogate.StopSignal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Reads the datasets that were ingested. */
@Component
final class StoredDatasets implements Datasets {

    private final DatasetRegistry registry;
    private final DatasetRepository repository;
    private final StoreFolder stores;
    private final DatasetIntegrity integrity;

    StoredDatasets(
            DatasetRegistry registry, DatasetRepository repository, StoreFolder stores, DatasetIntegrity integrity) {
        this.registry = registry;
        this.repository = repository;
        this.stores = stores;
        this.integrity = integrity;
    }

    @Override
    public ReadyDataset requireReady(String name) {
        return ready(registry.require(name));
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
    public void requireIntact(ReadyDataset dataset, StopSignal stop) {
        integrity.requireIntact(dataset, stop);
    }

    @Override
    public void requireStoresIntact(ReadyDataset dataset, StopSignal stop) {
        integrity.requireStoresIntact(dataset, stop);
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
}
