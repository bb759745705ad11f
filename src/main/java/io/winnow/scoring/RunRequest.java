package io.winnow.scoring;

import io.winnow.surrogate.Samples;
import io.winnow.surrogate.SurrogateSpec;
import io.winnow.surrogate.TrainingSpec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a run is to do.
 *
 * @param device the engine's name of a device
 * @param train the samples to train on and to score
 * @param test samples to measure accuracy on, or null
 * @param methods distinct methods
 * @param scoreAt epochs after which snapshot methods score, ascending, in 0 … training.epochs()
 * @param seed the run's seed, see {@link Seeds}
 */
public record RunRequest(
        SurrogateSpec surrogate,
        String device,
        Samples train,
        @Nullable Samples test,
        TrainingSpec training,
        List<ScoringMethod> methods,
        MethodOptions options,
        List<Integer> scoreAt,
        long seed) {}
