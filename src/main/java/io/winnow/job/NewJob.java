package io.winnow.job;

import io.winnow.dataset.ReadyDataset;
import io.winnow.model.RegisteredModel;
import java.util.List;

/**
 * A job that was checked and is to be accepted.
 *
 * @param kind id of a {@link JobKind}
 * @param request what the user asked for, complete with defaults and with what its kind adds to it; stored as JSON, see {@link JobKind}
 * @param seeds of its runs, in their order
 */
public record NewJob(
        String kind, ReadyDataset dataset, RegisteredModel model, Object request, List<Long> seeds, int priority) {

    public NewJob {
        seeds = List.copyOf(seeds);
    }
}
