package io.winnow.dynamics;

import io.winnow.job.JobRequestReader;
import io.winnow.job.JsonFields;
import io.winnow.platform.InvalidRequestException.Collector;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads the body of a study, fills in defaults and notes what is wrong without looking at what is registered. */
final class DynamicsRequestReader {

    private static final int MOST_RUNS = 100;
    private static final int MOST_GROUPS = 100;
    private static final int MOST_SUBSETS = 50;
    private static final int MOST_INDICES = 10_000;
    private static final int MOST_TIMES = 100;
    private static final int MOST_ALPHAS = 201;
    private static final int MOST_BATCHES = 1_000_000;
    private static final int MOST_SAMPLES = 4_096;
    private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N}][\\p{L}\\p{N} ._-]{0,63}");

    private DynamicsRequestReader() {}

    static DynamicsRequest read(byte @Nullable [] body, Collector violations) {
        JsonFields fields = JobRequestReader.fields(body, violations);
        String dataset = fields.requiredText("dataset");
        String model = fields.requiredText("model");
        fields.require(
                fields.has("study"),
                "study",
                "is required: %s or %s".formatted(DynamicsRequest.MODE_CONNECTIVITY, DynamicsRequest.NTK_VELOCITY));
        boolean connects = fields.oneOf(
                        "study",
                        DynamicsRequest.MODE_CONNECTIVITY,
                        List.of(DynamicsRequest.MODE_CONNECTIVITY, DynamicsRequest.NTK_VELOCITY))
                .equals(DynamicsRequest.MODE_CONNECTIVITY);
        UUID scoreSet = scoreSet(fields);
        Integer groups = groups(fields);
        List<SampleGroupRequest> subsets = fields.has("subsets") ? subsets(fields) : null;
        int epochs = JobRequestReader.epochs(fields, 10);
        List<Integer> at = at(fields, connects, epochs);
        Integer alphas = connects ? fields.integer("alphas", 11, 2, MOST_ALPHAS) : null;
        Integer batches = connects ? fields.integer("statisticsBatches", 100, 1, MOST_BATCHES) : null;
        Integer samples = connects ? null : fields.integer("samples", 128, 1, MOST_SAMPLES);
        DynamicsRequest request = new DynamicsRequest(
                dataset,
                model,
                connects ? DynamicsRequest.MODE_CONNECTIVITY : DynamicsRequest.NTK_VELOCITY,
                scoreSet,
                groups,
                subsets,
                at,
                alphas,
                batches,
                samples,
                fields.integer("runs", 3, 1, MOST_RUNS),
                epochs,
                fields.wholeNumber("seed", 42),
                JobRequestReader.training(fields.object("training"), epochs),
                fields.has("labelNoise") ? JobRequestReader.labelNoise(fields.object("labelNoise")) : null,
                JobRequestReader.device(fields),
                JobRequestReader.priority(fields));
        fields.require(
                !connects || request.training().batchSize() > 1,
                "training.batchSize",
                "must be at least 2: statistics of batch normalisation are taken over a batch");
        fields.refuseOthers();
        return request;
    }

    private static @Nullable UUID scoreSet(JsonFields fields) {
        if (!fields.has("scoreSet")) {
            return null;
        }
        try {
            return UUID.fromString(fields.text("scoreSet", ""));
        } catch (IllegalArgumentException e) {
            fields.require(false, "scoreSet", "must be the id of a score set, see GET /score-sets");
            return null;
        }
    }

    private static @Nullable Integer groups(JsonFields fields) {
        boolean scored = fields.has("scoreSet");
        int groups = fields.integer("groups", 10, 1, MOST_GROUPS);
        fields.require(
                scored || !fields.has("groups"), "groups", "are groups of samples of like scores: name a scoreSet too");
        return scored ? groups : null;
    }

    /** Early epochs tell most: 0, 1, 2 and quarters of the training; of velocities also the last. */
    private static List<Integer> at(JsonFields fields, boolean connects, int epochs) {
        if (!fields.has("at")) {
            return Stream.of(0, 1, 2, epochs / 4, epochs / 2, 3 * epochs / 4, connects ? 0 : epochs - 1)
                    .filter(t -> t < epochs)
                    .distinct()
                    .sorted()
                    .toList();
        }
        List<Integer> at = fields.integers("at", 0, epochs - 1);
        fields.require(at.size() <= MOST_TIMES, "at", "must have at most %d epochs".formatted(MOST_TIMES));
        return at.stream().sorted().toList();
    }

    private static List<SampleGroupRequest> subsets(JsonFields fields) {
        List<JsonFields> each = fields.objects("subsets");
        fields.require(each.size() <= MOST_SUBSETS, "subsets", "must be at most " + MOST_SUBSETS);
        List<SampleGroupRequest> subsets = new ArrayList<>();
        Set<String> names = new HashSet<>(Set.of(SampleGroups.ALL, SampleGroups.RANDOM));
        int indices = 0;
        for (JsonFields one : each) {
            String name = one.requiredText("name");
            boolean named = NAME.matcher(name).matches() && !name.matches("[0-9]+");
            one.require(
                    name.isEmpty() || named,
                    "name",
                    "must be up to 64 letters, digits, blanks, dots, hyphens and underscores, and no number");
            one.require(names.add(name), "name", "is the name of another group");
            one.require(
                    one.has("subset") != one.has("indices"),
                    "subset",
                    "or indices, one of them, must say which samples the group has");
            String subset = one.has("subset") ? one.text("subset", "") : null;
            one.require(
                    subset == null || subset.chars().noneMatch(Character::isISOControl),
                    "subset",
                    "must be the id or the name of a stored subset, see GET /subsets");
            int[] positions = one.has("indices") ? one.positions("indices", MOST_INDICES) : null;
            indices += positions == null ? 0 : positions.length;
            one.refuseOthers();
            subsets.add(new SampleGroupRequest(name, subset, positions));
        }
        fields.require(
                indices <= MOST_INDICES,
                "subsets",
                "must list at most %d indices in all; POST /subsets stores larger ones".formatted(MOST_INDICES));
        return subsets;
    }
}
