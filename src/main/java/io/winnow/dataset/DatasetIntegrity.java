package io.winnow.dataset;

import io.winnow.platform.ConflictException;
import io.winnow.surrogate.StopSignal;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Refuses datasets whose files, or whose tensor stores, are no longer what was ingested. */
@Component
final class DatasetIntegrity {

    private static final Logger log = LoggerFactory.getLogger(DatasetIntegrity.class);

    /** Bytes of touched files that a request waits for to be read. */
    private static final long HASHED_AT_SUBMISSION = 1L << 30;

    private final DatasetRepository repository;
    private final StoreFolder stores;
    private final SourceCheck sources;
    private final StoreCheck storeCheck;

    DatasetIntegrity(DatasetRepository repository, StoreFolder stores, SourceCheck sources, StoreCheck storeCheck) {
        this.repository = repository;
        this.stores = stores;
        this.sources = sources;
        this.storeCheck = storeCheck;
    }

    /** See {@link Datasets#requireUnchanged}. */
    void requireUnchanged(ReadyDataset dataset) {
        repository
                .findById(dataset.id())
                .flatMap(found -> sources.change(found, HASHED_AT_SUBMISSION))
                .ifPresent(change -> refuse(dataset, change));
    }

    /** See {@link Datasets#requireIntact}. */
    void requireIntact(ReadyDataset dataset, StopSignal stop) {
        repository
                .findById(dataset.id())
                .filter(sources::seesLocation)
                .flatMap(found -> sources.change(found, Long.MAX_VALUE, stop))
                .ifPresent(change -> refuse(dataset, change));
        requireStoresIntact(dataset, stop);
    }

    /** See {@link Datasets#requireStoresIntact}. */
    void requireStoresIntact(ReadyDataset dataset, StopSignal stop) {
        verify(dataset, Split.TRAIN, dataset.train(), stop);
        if (dataset.test() != null) {
            verify(dataset, Split.TEST, dataset.test(), stop);
        }
    }

    private void verify(ReadyDataset dataset, Split split, ReadyDataset.SplitInfo info, StopSignal stop) {
        try {
            storeCheck.verify(stores.file(dataset.id(), split), info.checksum(), stop);
        } catch (IOException e) {
            log.warn("the tensor store of dataset {} is not what was written", dataset.name(), e);
            String message =
                    "the tensor store of dataset '%s' is missing or damaged; POST /datasets/%s/ingest makes it again"
                            .formatted(dataset.name(), dataset.name());
            throw e instanceof NoSuchFileException
                    ? new StoreMissingException(message)
                    : new ConflictException(message);
        }
    }

    private static void refuse(ReadyDataset dataset, String change) {
        throw new ConflictException(
                "dataset '%s' changed since it was ingested: %s; POST /datasets/%s/ingest ingests it again"
                        .formatted(dataset.name(), change, dataset.name()));
    }
}
