package io.winnow.evaluation;

import io.winnow.evaluation.Points.Choice;
import io.winnow.job.JobRequest.LabelNoise;
import io.winnow.job.JobRequestReader;
import io.winnow.job.JsonFields;
import io.winnow.platform.Fraction;
import io.winnow.platform.InvalidRequestException;
import io.winnow.platform.InvalidRequestException.Collector;
import io.winnow.subset.SubsetPolicies;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads the body of an evaluation, fills in defaults and notes what is wrong without looking at what is registered. */
final class EvaluationRequestReader {

    private static final int MOST_SCORE_SETS = 50;
    private static final int MOST_RUNS = 100;
    private static final double DEFAULT_TOLERANCE = 0.5;
    private static final List<BigDecimal> RATIOS =
            List.of(new BigDecimal("0.1"), new BigDecimal("0.3"), new BigDecimal("0.5"), BigDecimal.ONE);

    private EvaluationRequestReader() {}

    static EvaluationRequest read(byte @Nullable [] body, Collector violations) {
        JsonFields fields = JobRequestReader.fields(body, violations);
        String dataset = fields.requiredText("dataset");
        String model = fields.requiredText("model");
        List<UUID> scoreSets = scoreSets(fields);
        List<Map<String, Object>> policies = policies(fields, violations);
        List<BigDecimal> ratios = fields.has("ratios") ? ratios(fields) : RATIOS;
        int runs = fields.integer("runs", 3, 1, MOST_RUNS);
        int epochs = JobRequestReader.epochs(fields, 10);
        String steps = fields.oneOf(
                "steps", EvaluationRequest.FIXED, List.of(EvaluationRequest.FIXED, EvaluationRequest.EPOCHS));
        double tolerance = fields.decimal(
                "tolerance", DEFAULT_TOLERANCE, x -> x >= 0 && x <= 100, "must be a number between 0 and 100");
        long seed = fields.wholeNumber("seed", 42);
        LabelNoise noise = fields.has("labelNoise") ? JobRequestReader.labelNoise(fields.object("labelNoise")) : null;
        EvaluationRequest request = new EvaluationRequest(
                dataset,
                model,
                scoreSets,
                policies,
                ratios,
                runs,
                epochs,
                steps,
                tolerance,
                seed,
                JobRequestReader.training(fields.object("training"), epochs),
                noise,
                JobRequestReader.device(fields),
                JobRequestReader.priority(fields));
        fields.refuseOthers();
        return request;
    }

    /** The policies of a request that was read. */
    static List<Choice> choices(EvaluationRequest request) {
        return request.policies().stream()
                .map(policy -> {
                    Map<String, String> parameters = new TreeMap<>();
                    policy.forEach((name, value) -> parameters.put(name, text(value)));
                    return new Choice(parameters.remove("policy"), parameters);
                })
                .toList();
    }

    private static List<UUID> scoreSets(JsonFields fields) {
        fields.require(fields.has("scoreSets"), "scoreSets", "is required: ids of score sets, see GET /score-sets");
        List<UUID> ids = new ArrayList<>();
        List<String> texts = fields.texts("scoreSets");
        fields.require(texts.size() <= MOST_SCORE_SETS, "scoreSets", "must be at most " + MOST_SCORE_SETS);
        for (int i = 0; i < texts.size(); i++) {
            try {
                ids.add(UUID.fromString(texts.get(i)));
            } catch (IllegalArgumentException e) {
                fields.require(false, "scoreSets[" + i + "]", "must be the id of a score set");
            }
        }
        return ids;
    }

    private static List<Map<String, Object>> policies(JsonFields fields, Collector violations) {
        if (!fields.has("policies")) {
            return List.of(Map.of("policy", "top"));
        }
        List<Map<String, Object>> policies = new ArrayList<>();
        for (JsonFields each : fields.objects("policies")) {
            String id = each.requiredText("policy");
            Map<String, String> parameters = each.others();
            if (!id.isEmpty()) {
                try {
                    SubsetPolicies.of(id, parameters, each.prefix());
                } catch (InvalidRequestException e) {
                    e.violations().forEach(v -> violations.require(false, v.field(), v.message()));
                }
            }
            Map<String, Object> policy = new LinkedHashMap<>();
            policy.put("policy", id);
            new TreeMap<>(parameters).forEach((name, value) -> policy.put(name, number(value)));
            policies.add(policy);
        }
        return policies;
    }

    private static Object number(String text) {
        return text.matches("\\d{1,20}(\\.\\d{1,40})?") ? new BigDecimal(text) : text;
    }

    private static String text(Object value) {
        return value instanceof BigDecimal number ? number.toPlainString() : String.valueOf(value);
    }

    private static List<BigDecimal> ratios(JsonFields fields) {
        List<BigDecimal> ratios = fields.decimals("ratios");
        for (int i = 0; i < ratios.size(); i++) {
            BigDecimal ratio = ratios.get(i);
            boolean fits = ratio.signum() > 0 && ratio.compareTo(BigDecimal.ONE) <= 0 && ratio.scale() <= 40;
            fields.require(fits, "ratios[" + i + "]", "must be above 0 and at most 1: the fraction of samples to keep");
        }
        return ratios.stream()
                .filter(ratio -> ratio.signum() > 0 && ratio.compareTo(BigDecimal.ONE) <= 0)
                .map(ratio -> new Fraction(ratio).value())
                .distinct()
                .toList();
    }
}
