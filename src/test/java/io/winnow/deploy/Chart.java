package io.winnow.deploy;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The chart as helm renders it. */
final class Chart {

    static final List<String> CASES = List.of("default", "external-db", "gpu", "keda", "ingress-monitoring");

    private Chart() {}

    /** Helm on the path, or as {@code tools/deploy/check.sh} builds it. */
    static Optional<Path> helm() {
        String cache =
                System.getenv().getOrDefault("WINNOW_TOOLS", System.getProperty("user.home") + "/.cache/winnow-tools");
        return Stream.concat(
                        Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)),
                        Stream.of(cache + "/bin"))
                .map(directory -> Path.of(directory, "helm"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    static List<Map<String, Object>> render(Path helm, String values) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        helm.toString(),
                        "template",
                        "winnow",
                        "helm/winnow",
                        "--namespace",
                        "winnow",
                        "--kube-version",
                        "1.34.2",
                        "-f",
                        "helm/winnow/ci/" + values + "-values.yaml")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String manifests = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new AssertionError("helm refuses the values " + values);
        }
        return Yaml.documents(manifests);
    }
}
