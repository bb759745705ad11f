package io.winnow.testing;

import java.util.List;
import java.util.Map;
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

    /** A parameter, the request up to its value, and the value. */
    public static Stream<Arguments> inQueries() {
        Map<String, String> calls = Map.of(
                "ratio", "/subsets?ratio=",
                "seed", "/subsets?ratio=0.5&seed=",
                "alpha", "/subsets?ratio=0.5&policy=calibrated&alpha=",
                "size", "/jobs?size=",
                "page", "/datasets?page=",
                "index", "/datasets/good/samples/");
        Map<String, List<String>> more = Map.of(
                "ratio", List.of("-0", "-0.1", "0", "0.0", "1.0000000000000001", "2", "1e-1", "3e-1"),
                "alpha", List.of("-0", "-0.1", "1.01"),
                "seed", List.of("1.0", "1e3", "9223372036854775808", "-9223372036854775809"),
                "size", List.of("0", "-1", "1.0", "501", "2147483648", "9999999999999999999"),
                "page", List.of("-1", "1.0", "2147483648"));
        return calls.entrySet().stream()
                .flatMap(call -> Stream.concat(
                                EVERYWHERE.stream(), more.getOrDefault(call.getKey(), List.of()).stream())
                        .filter(text -> !call.getKey().equals("index") || isAPathOfOneNumber(text))
                        .map(text -> Arguments.of(call.getKey(), call.getValue(), text)));
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
