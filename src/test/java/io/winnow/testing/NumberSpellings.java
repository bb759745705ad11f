package io.winnow.testing;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** Numbers as a request may not have them. */
public final class NumberSpellings {

    /** Ways to write a number that some parser somewhere takes, and some that none does. */
    private static final List<String> EVERYWHERE = List.of(
            "",
            " ",
            "NaN",
            "nan",
            "Infinity",
            "-Infinity",
            "inf",
            "\u221E",
            "0x1p-2",
            "0x1",
            "0X1",
            "#1",
            "01x",
            "0b1",
            "1d",
            "1f",
            "1L",
            "0.3f",
            " 1",
            "1 ",
            "1\t",
            "1\n",
            "1\r\nX-Evil: 1",
            "1\u00A0",
            "\uFEFF1",
            "\uFF11",
            "\u0661",
            "\u0660.\u0663",
            "\u0967",
            "\u00BD",
            "\u00B2",
            "\u2212" + "1",
            "0,3",
            "0.3,0.5",
            "1_0",
            "1'0",
            "1 0",
            "1e",
            "e1",
            "1e-400",
            "1e400",
            "1E0",
            "--1",
            "+1",
            "+-1",
            "1-",
            "1.",
            ".5",
            ".",
            "-",
            "0.3.1",
            "1/3",
            "30%",
            "$1",
            "(1)",
            "[1]",
            "{}",
            "'1'",
            "\"1\"",
            "true",
            "null",
            "undefined",
            "one",
            "1;2",
            "1\u0000",
            "1".repeat(400));

    private NumberSpellings() {}

    /** Requests up to the value of the parameter that they end with: each operation that reads numbers, with each of its numbers. */
    private static final List<String> CALLS = List.of(
            "/subsets?ratio=",
            "/subsets?ratio=0.5&seed=",
            "/subsets?ratio=0.5&epoch=",
            "/subsets?ratio=0.5&policy=calibrated&alpha=",
            "/subsets?ratio=0.5&policy=window&skip=",
            "/subsets?ratio=0.5&policy=stratified&mislabel=",
            "/subsets?size=",
            "/subsets?page=",
            "/subsets/preview?ratio=",
            "/subsets/preview?ratio=0.5&seed=",
            "/subsets/preview?ratio=0.5&epoch=",
            "/subsets/preview?ratio=0.5&policy=calibrated&alpha=",
            "/score-sets?size=",
            "/score-sets/ID/samples?size=",
            "/score-sets/ID/samples?page=",
            "/score-sets/ID/scores?run=",
            "/score-sets/ID/suspects?limit=",
            "/score-sets/ID/spread?bins=",
            "/score-sets/ID/scatter?with=ID&bins=",
            "/score-sets/ID/compare?with=ID&ratio=",
            "/jobs?size=",
            "/models?size=",
            "/datasets?page=",
            "/dynamics/ID/plot.svg?epoch=",
            "/dynamics/ID/plot.png?epoch=",
            "/dynamics/ID/points.csv?epoch=",
            "/datasets/good/samples/",
            "/datasets/good/samples/IMAGE");

    private static final List<String> OUTSIDE =
            List.of("-0", "-0.1", "0", "0.0", "1.0000000000000001", "2", "1e-1", "3e-1");

    private static final Map<String, List<String>> MORE = Map.of(
            "ratio", OUTSIDE,
            "alpha", List.of("-0", "-0.1", "1.01"),
            "skip", List.of("-0", "-0.1", "1.01"),
            "mislabel", List.of("-0", "-0.1", "1.01"),
            "seed", List.of("1.0", "1e3", "9223372036854775808", "-9223372036854775809"),
            "size", List.of("0", "-1", "1.0", "501", "2147483648", "9999999999999999999"),
            "limit", List.of("0", "-1", "1.0", "2147483648"),
            "bins", List.of("0", "-1", "1.0", "2147483648"),
            "run", List.of("-1", "1.0", "2147483648"),
            "page", List.of("-1", "1.0", "2147483648"));

    /** A parameter and a path with {@code VALUE} in the place of its value, and the value. */
    public static Stream<Arguments> inQueries() {
        return CALLS.stream().flatMap(call -> {
            boolean inPath = call.indexOf('?') < 0;
            String field = inPath
                    ? "index"
                    : call.substring(call.lastIndexOf(call.indexOf('&') < 0 ? '?' : '&') + 1, call.length() - 1);
            String path = call.replace("ID", new UUID(0, 0).toString());
            String whole = path.endsWith("IMAGE") ? path.replace("IMAGE", "VALUE/image") : path + "VALUE";
            return Stream.concat(EVERYWHERE.stream(), MORE.getOrDefault(field, List.of()).stream())
                    .filter(text -> !inPath || isAPathOfOneNumber(text))
                    .map(text -> Arguments.of(field, whole, text));
        });
    }

    /** What the container takes for another path, or none, never reaches a number. */
    private static boolean isAPathOfOneNumber(String text) {
        return !text.isEmpty() && text.chars().noneMatch(c -> c < ' ' || ";/%.\\".indexOf(c) >= 0);
    }

    /** A field and the body of a request for a job that has it in a wrong form. */
    public static Stream<Arguments> inBodiesOfJobs() {
        return Stream.of(
                Arguments.of("epochs", job("\"epochs\": \"5\"")),
                Arguments.of("epochs", job("\"epochs\": 5.0")),
                Arguments.of("epochs", job("\"epochs\": 5e0")),
                Arguments.of("epochs", job("\"epochs\": 1e400")),
                Arguments.of("epochs", job("\"epochs\": 2147483648")),
                Arguments.of("epochs", job("\"epochs\": 1000000000")),
                Arguments.of("epochs", job("\"epochs\": -1")),
                Arguments.of("epochs", job("\"epochs\": true")),
                Arguments.of("epochs", job("\"epochs\": [5]")),
                Arguments.of("runs", job("\"runs\": {}")),
                Arguments.of("runs", job("\"runs\": \"0x1\"")),
                Arguments.of("seed", job("\"seed\": 9223372036854775808")),
                Arguments.of("seed", job("\"seed\": 0.5")),
                Arguments.of("seed", job("\"seed\": \"42\"")),
                Arguments.of("training.learningRate", job("\"training\": {\"learningRate\": 1e400}")),
                Arguments.of("training.learningRate", job("\"training\": {\"learningRate\": \"0.1\"}")),
                Arguments.of("training.momentum", job("\"training\": {\"momentum\": 1e400}")),
                Arguments.of("body", job("\"epochs\": 05")),
                Arguments.of("body", job("\"epochs\": 0x5")),
                Arguments.of("body", job("\"epochs\": +5")),
                Arguments.of("body", job("\"epochs\": .5")),
                Arguments.of("body", job("\"epochs\": 5.")),
                Arguments.of("body", job("\"epochs\": ,")));
    }

    private static String job(String field) {
        return "{\"dataset\": \"good\", \"model\": \"net\", " + field + "}";
    }
}
