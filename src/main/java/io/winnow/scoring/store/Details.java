package io.winnow.scoring.store;

import io.winnow.scoring.ScoreSet.Histogram;
import io.winnow.scoring.ScoreSet.Reliability;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** What a score set tells beside its numbers, kept as one JSON value. */
record Details(
        Histogram histogram, @Nullable Reliability reliability, Map<String, Double> facts, List<String> warnings) {

    /** A mapper of its own: what is in the database must not depend on how answers are written. */
    static final JsonMapper JSON = new JsonMapper();

    private static final TypeReference<List<Map<String, Double>>> FACTS = new TypeReference<>() {};

    static Details read(String json) {
        return JSON.readValue(json, Details.class);
    }

    String write() {
        return JSON.writeValueAsString(this);
    }

    /** The mean of each fact over the runs that tell it, from a JSON list of their facts in the order of the runs. */
    static Map<String, Double> meanFacts(String json) {
        Map<String, double[]> sums = new TreeMap<>();
        for (Map<String, Double> run : JSON.readValue(json, FACTS)) {
            run.forEach((name, value) -> {
                double[] sumAndCount = sums.computeIfAbsent(name, n -> new double[2]);
                sumAndCount[0] += value;
                sumAndCount[1]++;
            });
        }
        Map<String, Double> means = new TreeMap<>();
        sums.forEach((name, sumAndCount) -> means.put(name, sumAndCount[0] / sumAndCount[1]));
        return means;
    }
}
