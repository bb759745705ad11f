package io.winnow.model;

import io.winnow.platform.InvalidRequestException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A built-in network with the options that it takes.
 *
 * @param name as in a registration: {@code resnet18}
 */
public record Architecture(String name, String description, List<ArchitectureOption> options) {

    public Architecture {
        options = List.copyOf(options);
    }

    /**
     * Checks the options of a registration and adds the defaults of those that it leaves out.
     *
     * @throws InvalidRequestException naming each option that is unknown, of the wrong type or out of range
     */
    public Map<String, Object> complete(@Nullable Map<String, Object> given) {
        Map<String, Object> chosen = given == null ? Map.of() : given;
        InvalidRequestException.Collector wrong = new InvalidRequestException.Collector();
        for (String key : chosen.keySet()) {
            wrong.require(
                    options.stream().anyMatch(option -> option.name().equals(key)),
                    "options." + key,
                    "is not an option of %s, which takes %s".formatted(name, optionNames()));
        }
        Map<String, Object> complete = new LinkedHashMap<>();
        for (ArchitectureOption option : options) {
            Object value = chosen.containsKey(option.name()) ? chosen.get(option.name()) : option.defaultValue();
            wrong.require(option.accepts(value), "options." + option.name(), "must be " + option.expected());
            complete.put(option.name(), value);
        }
        wrong.throwIfAny();
        ArchitectureLimits.check(name, complete, wrong);
        wrong.throwIfAny();
        return complete;
    }

    private String optionNames() {
        return options.isEmpty()
                ? "none"
                : options.stream().map(ArchitectureOption::name).collect(Collectors.joining(", "));
    }
}
