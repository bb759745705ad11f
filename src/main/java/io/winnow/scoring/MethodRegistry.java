package io.winnow.scoring;

import io.winnow.platform.InvalidRequestException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.stereotype.Component;

/** All scoring methods by id. Start-up fails when two share one. */
@Component
public class MethodRegistry {

    private final Map<String, ScoringMethod> methods = new TreeMap<>();

    MethodRegistry(List<ScoringMethod> methods) {
        for (ScoringMethod method : methods) {
            if (this.methods.put(method.id(), method) != null) {
                throw new IllegalStateException("two scoring methods are called '" + method.id() + "'");
            }
        }
    }

    public Collection<ScoringMethod> all() {
        return methods.values();
    }

    public boolean knows(String id) {
        return methods.containsKey(id);
    }

    /**
     * The method of that id.
     *
     * @param field the request's field that names it, for the error
     */
    public ScoringMethod require(String id, String field) {
        ScoringMethod method = methods.get(id);
        if (method == null) {
            throw new InvalidRequestException(
                    field, "unknown method '%s'; known are %s".formatted(id, String.join(", ", methods.keySet())));
        }
        return method;
    }
}
