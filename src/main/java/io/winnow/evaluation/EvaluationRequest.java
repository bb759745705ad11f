package io.winnow.evaluation;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.winnow.job.JobRequest.LabelNoise;
import io.winnow.job.JobRequest.Training;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a user wants evaluated, complete with defaults; its JSON is the body of {@code POST /evaluations}.
 *
 * @param policies each the field {@code policy} and the parameters of that policy
 * @param ratios in (0, 1]
 * @param runs trainings of each point, each from a seed of its own
 * @param epochs of the training on all samples
 * @param steps {@code fixed}: as many optimizer steps for each point as for all samples; {@code epochs}: as many epochs
 * @param tolerance percentage points of accuracy that may be lost
 * @param seed all seeds derive from it, see {@link PointSeeds}
 * @param labelNoise labels to spoil before the training; the test split stays as it is
 */
public record EvaluationRequest(
        String dataset,
        String model,
        List<UUID> scoreSets,
        List<Map<String, Object>> policies,
        List<BigDecimal> ratios,
        int runs,
        int epochs,
        String steps,
        double tolerance,
        long seed,
        Training training,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable LabelNoise labelNoise,
        String device,
        int priority) {

    static final String FIXED = "fixed";
    static final String EPOCHS = "epochs";
}
