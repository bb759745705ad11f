package io.winnow.dynamics;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.winnow.job.JobRequest.LabelNoise;
import io.winnow.job.JobRequest.Training;
import io.winnow.scoring.Seeds;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a user wants studied, complete with defaults; its JSON is the body of {@code POST /dynamics}. What a study does not
 * take is left out.
 *
 * @param study {@code mode-connectivity} or {@code ntk-velocity}
 * @param scoreSet by which samples are grouped
 * @param groups of equal size by score
 * @param subsets groups beside those by score
 * @param at t, epochs after which children part, or from which the velocity is taken to the next; ascending
 * @param alphas points of a path
 * @param statisticsBatches from which batch normalisation's statistics are taken at each point
 * @param samples m, of each group for a kernel
 * @param runs each from a seed of its own
 * @param epochs of a whole training
 * @param seed all seeds derive from it
 * @param labelNoise labels to spoil before the training; errors count against the spoilt ones
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DynamicsRequest(
        String dataset,
        String model,
        String study,
        @Nullable UUID scoreSet,
        @Nullable Integer groups,
        @Nullable List<SampleGroupRequest> subsets,
        List<Integer> at,
        @Nullable Integer alphas,
        @Nullable Integer statisticsBatches,
        @Nullable Integer samples,
        int runs,
        int epochs,
        long seed,
        Training training,
        @Nullable LabelNoise labelNoise,
        String device,
        int priority) {

    static final String MODE_CONNECTIVITY = "mode-connectivity";
    static final String NTK_VELOCITY = "ntk-velocity";

    boolean connects() {
        return study.equals(MODE_CONNECTIVITY);
    }

    /** The groups that the user named. */
    List<SampleGroupRequest> named() {
        return subsets == null ? List.of() : subsets;
    }

    /** The groups that the study looks at: those asked for, and all samples. */
    int groupCount() {
        return (groups == null ? 0 : groups) + named().size() + 1;
    }

    /** m, of a study of kernels. */
    int kernelSamples() {
        return Objects.requireNonNull(samples);
    }

    /** The points of a path, of a study of mode connectivity. */
    double[] path() {
        return LinearPath.alphas(Objects.requireNonNull(alphas));
    }

    /** The seed of a run. */
    long seedOf(int run) {
        return Seeds.ofRun(seed, run);
    }
}
