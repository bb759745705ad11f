package io.winnow.dataset;

import io.winnow.surrogate.Element;
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
            Element element,
            List<String> classes,
            ReadyDataset.SplitInfo train,
            ReadyDataset.@Nullable SplitInfo test,
            Normalisation normalisation,
            List<Dataset.Problem> warnings) {
        return end(id, dataset -> dataset.ready(shape, element, classes, train, test, normalisation, warnings));
    }

    @Transactional
    public boolean failed(UUID id, List<Dataset.Problem> problems) {
        return end(id, dataset -> dataset.failed(problems));
    }

    /** Puts a dataset in the place of another one of its name. */
    @Transactional
    public Dataset replace(Dataset before, Dataset after) {
        repository.deleteById(before.id());
        repository.flush();
        return repository.saveAndFlush(after);
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
