package io.winnow.deploy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The stages of the repository's Dockerfile, each with its instructions on one line. */
record Dockerfile(List<Stage> stages) {

    private static final Pattern FROM = Pattern.compile("FROM (?:--platform=\\S+ )?(\\S+)(?: AS (\\S+))?");
    private static final Pattern VARIABLE = Pattern.compile("(\\w+)=(\\S+)");

    record Stage(String name, String base, List<String> instructions) {

        /** What follows the only instruction of that name. */
        String only(String instruction) {
            List<String> found = all(instruction);
            if (found.size() != 1) {
                throw new AssertionError(name + " has " + found.size() + " instructions " + instruction);
            }
            return found.get(0);
        }

        List<String> all(String instruction) {
            return instructions.stream()
                    .filter(line -> line.startsWith(instruction + " "))
                    .map(line -> line.substring(instruction.length() + 1).strip())
                    .toList();
        }

        Map<String, String> environment() {
            Map<String, String> variables = new TreeMap<>();
            for (String line : all("ENV")) {
                Matcher matcher = VARIABLE.matcher(line);
                while (matcher.find()) {
                    variables.put(matcher.group(1), matcher.group(2));
                }
            }
            return variables;
        }
    }

    static Dockerfile read(Path file) throws IOException {
        List<Stage> stages = new ArrayList<>();
        StringBuilder instruction = new StringBuilder();
        for (String line : Files.readAllLines(file)) {
            if (line.startsWith("#") || line.isBlank()) {
                continue;
            }
            boolean goesOn = line.endsWith("\\");
            instruction.append(goesOn ? line.substring(0, line.length() - 1) : line);
            if (goesOn) {
                continue;
            }
            Matcher from = FROM.matcher(instruction);
            if (from.matches()) {
                stages.add(new Stage(from.group(2), from.group(1), new ArrayList<>()));
            } else if (!stages.isEmpty()) {
                stages.get(stages.size() - 1).instructions().add(instruction.toString());
            }
            instruction.setLength(0);
        }
        return new Dockerfile(stages);
    }

    Stage stage(String name) {
        return stages.stream()
                .filter(stage -> name.equals(stage.name()))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no stage " + name));
    }
}
