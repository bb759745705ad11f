package io.winnow.dataset;

import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The registered datasets, as other features see them. */
public interface Datasets {

    /**
     * The dataset of that name, ready to be read.
     *
     * @throws io.winnow.platform.NotFoundException when there is none
     * @throws io.winnow.platform.ConflictException when it is not (or not successfully) ingested
     */
    ReadyDataset requireReady(String name);

    /**
     * The same by id.
     *
     * @throws io.winnow.platform.NotFoundException when there is none
     */
    ReadyDataset requireReady(UUID id);

    /** Opens a split's tensor store; the caller closes it. */
    TensorStore open(ReadyDataset dataset, Split split);

    /** Opens the keys of a split's samples, which the caller closes; none where they have none. */
    Optional<SampleKeys> keys(ReadyDataset dataset, Split split);

    /** The same for the training split of a dataset that may be deleted by now, and then has none. */
    Optional<SampleKeys> trainingKeys(@Nullable UUID id);
}
