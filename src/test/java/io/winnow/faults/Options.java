package io.winnow.faults;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What a process is started with beside the role. */
record Options(List<String> jvm, List<String> arguments, Map<String, String> environment, int databasePort) {

    static Options none() {
        return new Options(List.of(), List.of(), Map.of(), 0);
    }

    Options faults(String... properties) {
        List<String> more = new ArrayList<>(jvm);
        for (String property : properties) {
            more.add("-D" + property);
        }
        return new Options(more, arguments, environment, databasePort);
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
