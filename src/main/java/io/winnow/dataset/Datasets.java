package io.winnow.dataset;

import io.winnow.surrogate.StopSignal;
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

    /**
     * Makes sure, without reading much, that the user's files are what was ingested.
     *
     * @throws io.winnow.platform.ConflictException saying what changed
     */
    void requireUnchanged(ReadyDataset dataset);

    /**
     * The same before samples are relied on, and that the tensor stores are sound; thorough, and so at times slow. Where the
     * user's files are out of this process's sight, only the latter.
     *
     * @param stop asked all the while, since a large store takes many minutes
     * @throws io.winnow.platform.ConflictException saying what changed
     * @throws io.winnow.surrogate.TrainingStoppedException when told to stop
     */
    void requireIntact(ReadyDataset dataset, StopSignal stop);

    /** The same of the tensor stores alone, once samples were read: quick where nobody has touched them. */
    void requireStoresIntact(ReadyDataset dataset, StopSignal stop);

    /** Opens a split's tensor store; the caller closes it. */
    TensorStore open(ReadyDataset dataset, Split split);

    /** Opens the keys of a split's samples, by their positions in the user's data; the caller closes them. */
    Optional<SampleKeys> keys(ReadyDataset dataset, Split split);

    /** The same for the training split of a dataset that may be deleted by now, and then has none. */
    Optional<SampleKeys> trainingKeys(@Nullable UUID id);

    /** Where the training samples stand in the user's data; a dataset that is deleted by now has skipped none. */
    SourcePositions trainingPositions(@Nullable UUID id);
}
