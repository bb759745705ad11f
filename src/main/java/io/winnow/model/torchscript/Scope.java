package io.winnow.model.torchscript;

import io.winnow.model.torchscript.Tokens.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The variables of one function, as far as they hold modules of the archive or its functions. */
final class Scope {

    private static final int DEEPEST = 50;

    private final ScriptCode code;
    private final Tokens tokens;
    private final int end;
    private final Map<String, List<int[]>> assignments = new HashMap<>();
    private final Map<String, String> parameters = new HashMap<>();
    private final Map<String, Optional<String>> found = new HashMap<>();

    Scope(ScriptCode code, Tokens tokens, int from, int end) {
        this.code = code;
        this.tokens = tokens;
        this.end = end;
        for (int i = from; i < end; i = tokens.endOfLine(i) + 1) {
            assignment(i);
        }
    }

    /** @param def where the function begins; it ends before the next line that is not indented deeper */
    static Scope ofFunction(ScriptCode code, Tokens tokens, int def) {
        int column = tokens.get(def).column();
        int body = tokens.endOfLine(def) + 1;
        int end = body;
        while (end < tokens.size()
                && (tokens.get(end).kind() == Kind.LINE || tokens.get(end).column() > column)) {
            end = tokens.endOfLine(end) + 1;
        }
        Scope scope = new Scope(code, tokens, body, end);
        scope.readParameters(def);
        return scope;
    }

    private void readParameters(int def) {
        int bracket = def + 2;
        for (int i = bracket + 1; i < tokens.partner(bracket); i++) {
            if (tokens.get(i).is("[") || tokens.get(i).is("(")) {
                i = tokens.partner(i);
            } else if (tokens.get(i).isName() && tokens.get(i + 1).is(":")) {
                parameters.put(tokens.get(i).text(), ScriptCode.typeText(tokens, i + 2));
            }
        }
    }

    /** Any {@code =} of the line counts: what is unpacked from a tuple is of no known type. */
    private void assignment(int from) {
        int lineEnd = tokens.endOfLine(from);
        for (int i = from; i < lineEnd; i++) {
            if (tokens.get(i).is("(") || tokens.get(i).is("[")) {
                i = tokens.partner(i);
            } else if (tokens.get(i).is("=")) {
                boolean single = i == from + 1;
                for (int j = from; j < i; j++) {
                    if (tokens.get(j).isName()) {
                        note(tokens.get(j).text(), single ? new int[] {i + 1, lineEnd} : new int[] {0, 0});
                    }
                }
                return;
            } else if (tokens.get(i).is("for")) {
                note(tokens.get(i + 1).text(), new int[] {0, 0});
            }
        }
    }

    private void note(String variable, int[] value) {
        assignments.computeIfAbsent(variable, name -> new ArrayList<>()).add(value);
    }

    /** Whether a variable holds a function of the archive wherever it is set. */
    boolean isFunction(String variable) {
        List<int[]> values = assignments.getOrDefault(variable, List.of());
        return !values.isEmpty()
                && !parameters.containsKey(variable)
                && values.stream().allMatch(value -> code.isFunction(text(value[0], value[1])));
    }

    /** The class of what stands before the dot at a place, or null where it is no module of the archive. */
    @Nullable
    String typeBefore(int dot) {
        int from = dot - 1;
        while (true) {
            if (tokens.get(from).is(")")) {
                from = tokens.partner(from);
                if (tokens.get(from - 1).is("getattr")) {
                    from--;
                }
            } else if (!tokens.get(from).isName()) {
                return null;
            }
            if (!tokens.get(from - 1).is(".")) {
                return type(from, dot, 0);
            }
            from -= 2;
        }
    }

    private @Nullable String type(int from, int to, int depth) {
        if (from >= to || depth > DEEPEST) {
            return null;
        }
        Tokens.Token last = tokens.get(to - 1);
        if (to - from == 1) {
            return last.isName() ? variable(last.text(), depth) : null;
        }
        if (last.isName() && tokens.get(to - 2).is(".")) {
            return code.attribute(type(from, to - 2, depth + 1), last.text());
        }
        if (tokens.get(from).is("(") && tokens.partner(from) == to - 1) {
            return type(from + 1, to - 1, depth + 1);
        }
        boolean reads = tokens.get(from).is("getattr")
                && tokens.get(from + 1).is("(")
                && tokens.partner(from + 1) == to - 1
                && tokens.get(to - 2).kind() == Kind.STRING
                && tokens.get(to - 3).is(",");
        return reads
                ? code.attribute(
                        type(from + 2, to - 3, depth + 1), tokens.get(to - 2).text())
                : null;
    }

    private @Nullable String variable(String name, int depth) {
        Optional<String> known = found.get(name);
        if (known == null) {
            // Asked for again while it is looked for, it is set from itself and of no known type.
            found.put(name, Optional.empty());
            known = Optional.ofNullable(assignedType(name, depth));
            found.put(name, known);
        }
        return known.orElse(null);
    }

    private @Nullable String assignedType(String name, int depth) {
        String type = parameters.get(name);
        for (int[] value : assignments.getOrDefault(name, List.of())) {
            String assigned = type(value[0], value[1], depth + 1);
            if (assigned == null || (type != null && !type.equals(assigned))) {
                return null;
            }
            type = assigned;
        }
        return type;
    }

    private String text(int from, int to) {
        StringBuilder text = new StringBuilder();
        for (int i = from; i < to && i < end; i++) {
            text.append(tokens.get(i).text());
        }
        return text.toString();
    }
}
