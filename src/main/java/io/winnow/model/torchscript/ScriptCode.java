package io.winnow.model.torchscript;

import io.winnow.model.torchscript.Tokens.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the code of an archive declares: its classes with the types of their attributes, and its functions. */
final class ScriptCode {

    private static final String PREFIX = "code/";
    private static final String SUFFIX = ".py";
    private static final Set<String> LISTS = Set.of("__parameters__", "__buffers__", "__constants__");

    /**
     * A class of the archive.
     *
     * @param file that declares it
     * @param attributes the type of each attribute as written, {@code Tensor} or the full name of a class
     * @param buffers attributes that are tensors without training
     */
    record ScriptClass(
            String name, String file, Map<String, String> attributes, Set<String> methods, List<String> buffers) {}

    private final Map<String, Tokens> files = new HashMap<>();
    private final Map<String, ScriptClass> classes = new HashMap<>();
    private final Set<String> functions = new HashSet<>();

    /** @param texts code by the file's name in the archive, {@code code/__torch__/….py} */
    ScriptCode(Map<String, String> texts) {
        texts.forEach((file, text) -> {
            Tokens tokens = new Tokens(file, text);
            files.put(file, tokens);
            declare(file, tokens);
        });
    }

    Map<String, Tokens> files() {
        return files;
    }

    Map<String, ScriptClass> classes() {
        return classes;
    }

    boolean isFunction(String name) {
        return functions.contains(name);
    }

    @Nullable
    ScriptClass find(@Nullable String name) {
        return name == null ? null : classes.get(name);
    }

    /** The type of an attribute of a type, or null when there is no such class or attribute. */
    @Nullable
    String attribute(@Nullable String type, String attribute) {
        ScriptClass owner = find(type);
        return owner == null ? null : owner.attributes().get(attribute);
    }

    private static String module(String file) {
        return file.substring(PREFIX.length(), file.length() - SUFFIX.length()).replace('/', '.');
    }

    private void declare(String file, Tokens tokens) {
        ScriptClass owner = null;
        for (int i = 0; i < tokens.size(); i = tokens.endOfLine(i) + 1) {
            Tokens.Token first = tokens.get(i);
            if (first.kind() == Kind.LINE) {
                continue;
            }
            if (first.column() == 0) {
                owner = topLevel(file, tokens, i);
            } else if (first.column() == 2 && owner != null) {
                member(owner, tokens, i);
            }
        }
    }

    private @Nullable ScriptClass topLevel(String file, Tokens tokens, int i) {
        String name = module(file) + "." + tokens.get(i + 1).text();
        if (tokens.get(i).is("def")) {
            functions.add(name);
            return null;
        }
        boolean module = tokens.get(i).is("class")
                && tokens.get(i + 2).is("(")
                && tokens.get(i + 3).is("Module")
                && tokens.get(i + 4).is(")")
                && tokens.get(i + 5).is(":");
        if (!module) {
            throw tokens.refused(
                    i,
                    "only functions and classes of modules are accepted here, not '%s %s'"
                            .formatted(tokens.get(i).text(), tokens.get(i + 1).text()));
        }
        ScriptClass declared = new ScriptClass(name, file, new HashMap<>(), new HashSet<>(), new ArrayList<>());
        if (classes.put(name, declared) != null) {
            throw tokens.refused(i, "the class %s is declared twice".formatted(name));
        }
        return declared;
    }

    private static void member(ScriptClass owner, Tokens tokens, int i) {
        Tokens.Token first = tokens.get(i);
        if (first.is("def")) {
            owner.methods().add(tokens.get(i + 1).text());
        } else if (LISTS.contains(first.text())) {
            for (int j = i + 1; j < tokens.endOfLine(i); j++) {
                if (first.is("__buffers__") && tokens.get(j).kind() == Kind.STRING) {
                    owner.buffers().add(tokens.get(j).text());
                }
            }
        } else if (first.is("__annotations__")) {
            owner.attributes().put(tokens.get(i + 2).text(), typeText(tokens, i + 5));
        } else if (first.isName() && tokens.get(i + 1).is(":")) {
            owner.attributes().put(first.text(), typeText(tokens, i + 2));
        } else {
            throw tokens.refused(i, "'%s' is not accepted in a class".formatted(first.text()));
        }
    }

    /** A type as written, without spaces, up to its default value or the end of its declaration. */
    static String typeText(Tokens tokens, int from) {
        StringBuilder type = new StringBuilder();
        for (int i = from; tokens.get(i).kind() != Kind.LINE && !tokens.get(i).is("="); i++) {
            if (tokens.get(i).is(",") || tokens.get(i).is(")")) {
                break;
            }
            if (tokens.get(i).is("[")) {
                return Objects.toString(type) + "[]";
            }
            type.append(tokens.get(i).text());
        }
        return type.toString();
    }
}
