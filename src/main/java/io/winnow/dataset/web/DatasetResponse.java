package io.winnow.dataset.web;

import io.winnow.dataset.Dataset;
import io.winnow.dataset.ReadyDataset;
import io.winnow.surrogate.SampleShape;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A dataset as the API shows it; what only the ingest finds out is null until then. */
record DatasetResponse(
        String name,
        String format,
        String location,
        @Nullable String description,
        Dataset.State state,
        double progress,
        int @Nullable [] shape,
        @Nullable String dtype,
        @Nullable List<String> classes,
        ReadyDataset.@Nullable SplitInfo train,
        ReadyDataset.@Nullable SplitInfo test,
        float @Nullable [] mean,
        float @Nullable [] std,
        List<Dataset.Problem> problems,
        Instant createdAt) {

    static DatasetResponse of(Dataset dataset) {
        ReadyDataset ready = dataset.whenReady();
        SampleShape shape = ready == null ? null : ready.shape();
        return new DatasetResponse(
                dataset.name(),
                String.valueOf(dataset.registration().format()),
                String.valueOf(dataset.registration().location()),
                dataset.registration().description(),
                dataset.state(),
                dataset.progress(),
                shape == null ? null : new int[] {shape.channels(), shape.height(), shape.width()},
                ready == null ? null : ready.element().name().toLowerCase(Locale.ROOT),
                ready == null ? null : ready.classes(),
                ready == null ? null : ready.train(),
                ready == null ? null : ready.test(),
                ready == null ? null : ready.normalisation().mean(),
                ready == null ? null : ready.normalisation().std(),
                dataset.problems(),
                dataset.createdAt());
    }
}
