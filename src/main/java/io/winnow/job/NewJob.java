package io.winnow.job;

import io.winnow.dataset.ReadyDataset;
import io.winnow.model.RegisteredModel;
import java.util.List;

/**
 * A job that was checked and is to be accepted.
 *
 * @param kind id of a {@link JobKind}
 * @param asked what the user asked for: it alone says whether another request is the same
 * @param request the same, complete with defaults and with what its kind adds to it; stored as JSON, see {@link JobKind}
 * @param seeds of its runs, in their order
 */
public record NewJob(
        String kind,
        ReadyDataset dataset,
        RegisteredModel model,
        Object asked,
        Object request,
        List<Long> seeds,
        int priority) {

    public NewJob {
        seeds = List.copyOf(seeds);
    }

    /** A job whose request is stored as it was asked for. */
    public NewJob(
            String kind, ReadyDataset dataset, RegisteredModel model, Object request, List<Long> seeds, int priority) {
        this(kind, dataset, model, request, request, seeds, priority);
    }
}
