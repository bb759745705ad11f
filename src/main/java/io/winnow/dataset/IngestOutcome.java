package io.winnow.dataset;

import io.winnow.surrogate.Normalisation;
import io.winnow.surrogate.SampleShape;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Writes how an ingest ended, unless the dataset was deleted meanwhile. */
@Component
class IngestOutcome {

    private final DatasetRepository repository;

    IngestOutcome(DatasetRepository repository) {
        this.repository = repository;
    }

    /** @return false when there is no such dataset any more */
    @Transactional
    public boolean ready(
            UUID id,
            SampleShape shape,
            List<String> classes,
            ReadyDataset.SplitInfo train,
            ReadyDataset.@Nullable SplitInfo test,
            Normalisation normalisation,
            List<Dataset.Problem> warnings) {
        return end(id, dataset -> dataset.ready(shape, classes, train, test, normalisation, warnings));
    }

    @Transactional
    public boolean failed(UUID id, List<Dataset.Problem> problems) {
        return end(id, dataset -> dataset.failed(problems));
    }

    private boolean end(UUID id, Consumer<Dataset> transition) {
        return repository
                .findLocked(id)
                .filter(dataset -> dataset.state() == Dataset.State.INGESTING)
                .map(dataset -> {
                    transition.accept(dataset);
                    return true;
                })
                .orElse(false);
    }
}
