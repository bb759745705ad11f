package io.winnow.job;

import io.winnow.job.JobRequest.LabelNoise;
import io.winnow.job.JobRequest.Options;
import io.winnow.job.JobRequest.Schedule;
import io.winnow.job.JobRequest.Training;
import io.winnow.platform.InvalidRequestException;
import io.winnow.scoring.MethodOptions;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads the body of a job request, fills in defaults and notes all that can be said to be wrong without looking at what is
 * registered.
 */
public final class JobRequestReader {

    private static final int MOST_RUNS = 1_000;
    private static final int MOST_EPOCHS = 10_000;
    private static final int MOST_SNAPSHOTS = 100;
    private static final int HIGHEST_PRIORITY = 1_000;
    private static final List<String> METHODS = List.of("el2n");
    private static final MethodOptions OPTIONS = MethodOptions.DEFAULTS;

    /** Takes the tokens NaN and Infinity, which are no JSON, so that they are refused by the name of their field. */
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private JobRequestReader() {}

    /** Reads a request to score; of several wrong fields each is noted. */
    static JobRequest read(byte @Nullable [] body, InvalidRequestException.Collector violations) {
        JsonFields fields = fields(body, violations);
        JobRequest request = read(fields);
        fields.refuseOthers();
        return request;
    }

    /**
     * The fields of a body as they came.
     *
     * @throws InvalidRequestException when it is no JSON
     */
    public static JsonFields fields(byte @Nullable [] body, InvalidRequestException.Collector violations) {
        return new JsonFields(parse(body), "", violations);
    }

    private static JobRequest read(JsonFields fields) {
        String dataset = fields.requiredText("dataset");
        String model = fields.requiredText("model");
        List<String> methods = fields.has("methods") ? fields.texts("methods") : METHODS;
        int runs = fields.integer("runs", 10, 1, MOST_RUNS);
        int epochs = epochs(fields, 10);
        List<Integer> scoreAt = scoreAt(fields, epochs);
        long seed = fields.wholeNumber("seed", 42);
        Training training = training(fields.object("training"), epochs);
        Options options = options(fields.object("options"));
        boolean noisy = fields.has("labelNoise");
        LabelNoise noise = noisy ? labelNoise(fields.object("labelNoise")) : null;
        String device = device(fields);
        int priority = priority(fields);
        return new JobRequest(
                dataset, model, methods, runs, epochs, scoreAt, seed, training, options, noise, device, priority);
    }

    public static int epochs(JsonFields fields, int otherwise) {
        return fields.integer("epochs", otherwise, 1, MOST_EPOCHS);
    }

    public static String device(JsonFields fields) {
        String device = fields.text("device", JobRequest.ANY_DEVICE);
        fields.require(
                device.matches("auto|cpu|cuda:\\d{1,3}"), "device", "must be auto, cpu or cuda with a number: cuda:0");
        return device;
    }

    public static int priority(JsonFields fields) {
        return fields.integer("priority", 0, -HIGHEST_PRIORITY, HIGHEST_PRIORITY);
    }

    private static @Nullable JsonNode parse(byte @Nullable [] body) {
        if (body == null || body.length == 0) {
            return null;
        }
        try {
            return JSON.readTree(body);
        } catch (JacksonException e) {
            throw new InvalidRequestException(
                    "body",
                    "is not well-formed JSON at line %d, column %d"
                            .formatted(
                                    e.getLocation().getLineNr(), e.getLocation().getColumnNr()));
        }
    }

    /** Epochs after which snapshot scores are taken: the last, unless told. */
    public static List<Integer> scoreAt(JsonFields fields, int epochs) {
        if (!fields.has("scoreAt")) {
            return List.of(epochs);
        }
        List<Integer> scoreAt = fields.integers("scoreAt", 0, epochs);
        fields.require(scoreAt.size() <= MOST_SNAPSHOTS, "scoreAt", "must have at most " + MOST_SNAPSHOTS + " epochs");
        return scoreAt.stream().sorted().toList();
    }

    /** How a surrogate is trained. */
    public static Training training(JsonFields fields, int epochs) {
        String optimizer = fields.oneOf("optimizer", "sgd", List.of("sgd"));
        int batchSize = fields.integer("batchSize", 128, 1, 65_536);
        double learningRate = fields.decimal("learningRate", 0.1, x -> x > 0, "must be a finite number above 0");
        double momentum = fields.decimal("momentum", 0.9, x -> x >= 0 && x < 1, "must be a number in [0, 1)");
        boolean nesterov = fields.flag("nesterov", momentum > 0);
        fields.require(!nesterov || momentum > 0, "nesterov", "needs a momentum above 0");
        double decay = fields.decimal("weightDecay", 0.0005, x -> x >= 0, "must be a finite number, at least 0");
        Schedule schedule = schedule(fields.object("schedule"), epochs);
        String augmentation = fields.oneOf(
                "augmentation",
                JobRequest.AUTO_AUGMENTATION,
                List.of(JobRequest.AUTO_AUGMENTATION, JobRequest.NO_AUGMENTATION, JobRequest.CROP_FLIP));
        fields.refuseOthers();
        return new Training(optimizer, batchSize, learningRate, momentum, nesterov, decay, schedule, augmentation);
    }

    private static Schedule schedule(JsonFields fields, int epochs) {
        String type = fields.oneOf("type", Schedule.COSINE, List.of(Schedule.CONSTANT, Schedule.STEP, Schedule.COSINE));
        double warmup = fields.decimal(
                "warmupEpochs", 0, x -> x >= 0 && x <= epochs, "must be a number between 0 and " + epochs);
        List<Integer> milestones = null;
        Double gamma = null;
        if (type.equals(Schedule.STEP)) {
            fields.require(fields.has("milestones"), "milestones", "is required by the schedule step");
            milestones = fields.integers("milestones", 1, epochs);
            fields.require(ascending(milestones), "milestones", "must ascend");
            gamma = fields.decimal("gamma", 0.1, x -> x > 0 && x <= 1, "must be a number in (0, 1]");
        }
        fields.refuseOthers();
        return new Schedule(type, milestones, gamma, warmup);
    }

    /** The options of methods that a request has which names none. */
    public static Options defaultOptions(InvalidRequestException.Collector violations) {
        return options(new JsonFields(null, "options", violations));
    }

    private static Options options(JsonFields fields) {
        String neverLearned = fields.oneOf(
                "neverLearned", OPTIONS.neverLearned().name().toLowerCase(Locale.ROOT), List.of("max", "zero"));
        int stages = fields.integer("stages", OPTIONS.stages(), 1, 1_000);
        int chunks = fields.integer("chunks", OPTIONS.chunks(), 1, 1_000);
        String scope = fields.oneOf("scope", Options.ALL, List.of(Options.ALL, Options.LAST_LAYER));
        int window = fields.integer("window", OPTIONS.window(), 2, MOST_EPOCHS);
        fields.refuseOthers();
        return new Options(neverLearned, stages, chunks, scope, window);
    }

    /** Labels to spoil. */
    public static LabelNoise labelNoise(JsonFields fields) {
        fields.require(fields.has("fraction"), "fraction", "is required");
        String kind = fields.oneOf("kind", LabelNoise.SYMMETRIC, List.of(LabelNoise.SYMMETRIC, LabelNoise.ASYMMETRIC));
        double fraction = fields.decimal("fraction", 0.1, x -> x > 0 && x < 1, "must be a number in (0, 1)");
        long seed = fields.wholeNumber("seed", 0);
        boolean mapped = fields.has("classes");
        fields.require(
                mapped == kind.equals(LabelNoise.ASYMMETRIC),
                "classes",
                "is a map of classes that goes with kind asymmetric, and only with it");
        Map<String, String> classes = mapped ? classes(fields) : null;
        fields.refuseOthers();
        return new LabelNoise(kind, fraction, seed, classes);
    }

    /** Which class the labels of a class become. */
    public static Map<String, String> classes(JsonFields fields) {
        Map<String, String> classes = fields.textMap("classes");
        classes.forEach((from, to) -> fields.require(!from.equals(to), "classes." + from, "must become another class"));
        return classes;
    }

    private static boolean ascending(List<Integer> numbers) {
        return IntStream.range(1, numbers.size()).allMatch(i -> numbers.get(i - 1) < numbers.get(i));
    }
}
