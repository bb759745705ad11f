package io.winnow.dataset;

import java.util.Map;
import java.util.UUID;

/** Implemented by the feature that scores samples, so that a sample can be shown with its scores. */
public interface SampleScores {

    /** The newest score of a training sample by method; empty when nothing was scored. */
    Map<String, Double> of(UUID datasetId, int index);
}
