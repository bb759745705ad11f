package io.winnow.noise;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.winnow.job.JobRequest;
import io.winnow.job.JobRequest.LabelNoise;
import io.winnow.job.JobRequest.Training;
import io.winnow.job.JobRequestReader;
import io.winnow.job.JsonFields;
import io.winnow.platform.InvalidRequestException.Collector;
import io.winnow.scoring.Seeds;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a user wants audited; its JSON is the body of {@code POST /noise-audits}.
 *
 * @param fraction of the labels to plant wrong ones in
 * @param classes names of classes, each with the name of the class that its planted samples get; null for uniformly drawn ones
 * @param scoreAt epochs after which snapshot scores are taken
 * @param seed the runs' seeds derive from it as those of a job, and that of the planting by the use {@code label-noise}
 */
public record NoiseAuditRequest(
        String dataset,
        String model,
        List<String> methods,
        int runs,
        int epochs,
        List<Integer> scoreAt,
        double fraction,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Map<String, String> classes,
        long seed,
        Training training,
        String device,
        int priority) {

    private static final List<String> METHODS = List.of("el2n", "aum", "forgetting", "loss");
    private static final double FRACTION = 0.05;
    private static final int RUNS = 3;
    private static final int EPOCHS = 10;

    /** Reads a body and makes of it the request of the scoring that the audit takes. */
    static JobRequest read(byte @Nullable [] body, Collector violations) {
        JsonFields fields = JobRequestReader.fields(body, violations);
        String dataset = fields.requiredText("dataset");
        String model = fields.requiredText("model");
        List<String> methods = fields.has("methods") ? fields.texts("methods") : METHODS;
        int runs = fields.integer("runs", RUNS, 1, 100);
        int epochs = JobRequestReader.epochs(fields, EPOCHS);
        List<Integer> scoreAt = JobRequestReader.scoreAt(fields, epochs);
        double fraction = fields.decimal("fraction", FRACTION, x -> x > 0 && x <= 0.5, "must be a number in (0, 0.5]");
        Map<String, String> classes = fields.has("classes") ? JobRequestReader.classes(fields) : null;
        long seed = fields.wholeNumber("seed", 42);
        JobRequest request = new JobRequest(
                dataset,
                model,
                methods,
                runs,
                epochs,
                scoreAt,
                seed,
                JobRequestReader.training(fields.object("training"), epochs),
                JobRequestReader.defaultOptions(violations),
                noise(fraction, Seeds.of(seed, "label-noise"), classes),
                JobRequestReader.device(fields),
                JobRequestReader.priority(fields));
        fields.refuseOthers();
        return request;
    }

    private static LabelNoise noise(double fraction, long seed, @Nullable Map<String, String> classes) {
        return classes == null ? LabelNoise.symmetric(fraction, seed) : LabelNoise.asymmetric(fraction, seed, classes);
    }

    /** The request behind the scoring of an audit. */
    static NoiseAuditRequest of(JobRequest scoring) {
        LabelNoise noise = scoring.labelNoise();
        if (noise == null) {
            throw new IllegalStateException("an audit plants noise");
        }
        return new NoiseAuditRequest(
                scoring.dataset(),
                scoring.model(),
                scoring.methods(),
                scoring.runs(),
                scoring.epochs(),
                scoring.scoreAt(),
                noise.fraction(),
                noise.classes(),
                scoring.seed(),
                scoring.training(),
                scoring.device(),
                scoring.priority());
    }
}
