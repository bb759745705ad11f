package io.winnow.faults;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What a process is started with beside the role. */
record Options(List<String> jvm, List<String> arguments, Map<String, String> environment, int databasePort) {

    static Options none() {
        return new Options(List.of(), List.of(), Map.of(), 0);
    }

    Options faults(String... properties) {
        return jvm(Stream.of(properties).map("-D"::concat).toArray(String[]::new));
    }

    /** @param more options of the JVM */
    Options jvm(String... more) {
        List<String> all = new ArrayList<>(jvm);
        all.addAll(List.of(more));
        return new Options(all, arguments, environment, databasePort);
    }

    Options with(String... more) {
        List<String> all = new ArrayList<>(arguments);
        all.addAll(List.of(more));
        return new Options(jvm, all, environment, databasePort);
    }

    Options environment(Map<String, String> more) {
        Map<String, String> all = new HashMap<>(environment);
        all.putAll(more);
        return new Options(jvm, arguments, all, databasePort);
    }

    Options through(DatabaseProxy proxy) {
        return new Options(jvm, arguments, environment, proxy.port());
    }
}
