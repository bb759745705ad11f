package io.winnow.model.torchscript;

import io.winnow.model.torchscript.ScriptCode.ScriptClass;
import io.winnow.model.torchscript.Tokens.Kind;
import io.winnow.model.torchscript.Tokens.Token;
import java.math.BigInteger;
import java.util.Map;
import java.util.Set;

/**
 * Holds every call of an archive's code against the {@link Operators}: functions by their full name, methods by the type
 * of what they are called on. A method of a module must be one that its class declares; on anything else it must be an
 * operator that is allowed, for TorchScript reads {@code x.save(…)} as {@code torch.save(x, …)}.
 */
final class CodeScan {

    private static final Set<String> REFUSED_WORDS = Set.of(
            "import",
            "from",
            "with",
            "lambda",
            "global",
            "nonlocal",
            "exec",
            "del",
            "try",
            "except",
            "yield",
            "async",
            "await",
            "raise",
            "assert");
    private static final Set<String> WORDS_BEFORE_A_BRACKET =
            Set.of("return", "if", "elif", "while", "in", "not", "and", "or", "is", "else");
    private static final Map<String, Integer> MODE_ARGUMENT = Map.ofEntries(
            Map.entry("torch.batch_norm", 5),
            Map.entry("torch.dropout", 2),
            Map.entry("torch.dropout_", 2),
            Map.entry("torch.feature_dropout", 2),
            Map.entry("torch.feature_dropout_", 2),
            Map.entry("torch.alpha_dropout", 2),
            Map.entry("torch.alpha_dropout_", 2),
            Map.entry("torch.feature_alpha_dropout", 2),
            Map.entry("torch.feature_alpha_dropout_", 2));
    private static final BigInteger LARGEST_NUMBER = BigInteger.ONE.shiftLeft(31);
    private static final BigInteger END_OF_SLICE = BigInteger.valueOf(Long.MAX_VALUE);

    private final ScriptCode code;
    private final Tokens tokens;
    private Scope scope;

    private CodeScan(ScriptCode code, Tokens tokens) {
        this.code = code;
        this.tokens = tokens;
        this.scope = new Scope(code, tokens, 0, 0);
    }

    /** @throws RefusedScriptException naming the first thing that is not allowed */
    static void check(ScriptCode code) {
        code.files().values().forEach(tokens -> new CodeScan(code, tokens).run());
    }

    private void run() {
        for (int i = 0; i < tokens.size(); i++) {
            Token token = tokens.get(i);
            if (token.is("def")) {
                scope = Scope.ofFunction(code, tokens, i);
            } else if (token.kind() == Kind.NUMBER) {
                number(i);
            } else if (token.isName() && !tokens.get(i - 1).is(".")) {
                i = name(i);
            } else if (token.is(".")
                    && tokens.get(i + 1).isName()
                    && tokens.get(i + 2).is("(")) {
                method(i);
            } else if (token.is("(")) {
                bracket(i);
            }
        }
    }

    private void number(int i) {
        String text = tokens.get(i).text();
        boolean whole = text.chars().allMatch(c -> c >= '0' && c <= '9');
        if (whole) {
            BigInteger value = new BigInteger(text);
            if (value.compareTo(LARGEST_NUMBER) > 0 && !value.equals(END_OF_SLICE)) {
                throw tokens.refused(i, "the number %s is larger than any size in a network".formatted(text));
            }
        }
    }

    /** Checks the name at a place with all that hangs on it by dots, and gives the last place that it took. */
    private int name(int i) {
        String name = tokens.get(i).text();
        if (REFUSED_WORDS.contains(name)) {
            throw tokens.refused(i, "'%s' is not accepted".formatted(name));
        }
        if (name.equals("torch") || name.equals("ops") || name.equals("__torch__")) {
            return qualified(i);
        }
        boolean declared = tokens.get(i - 1).is("def") || tokens.get(i - 1).is("class");
        if (tokens.get(i + 1).is("(") && !declared && !WORDS_BEFORE_A_BRACKET.contains(name)) {
            if (!Operators.builtIn(name) && !scope.isFunction(name)) {
                throw tokens.refused(i, "'%s' is not on the list of operators".formatted(name));
            }
        }
        return i;
    }

    private int qualified(int i) {
        StringBuilder name = new StringBuilder(tokens.get(i).text());
        int end = i;
        while (tokens.get(end + 1).is(".") && tokens.get(end + 2).isName()) {
            name.append('.').append(tokens.get(end + 2).text());
            end += 2;
        }
        String full = name.toString();
        boolean own = full.startsWith("__torch__.") && (code.find(full) != null || code.isFunction(full));
        if (!own && !Operators.allowed(full)) {
            throw tokens.refused(i, "'%s' is not on the list of operators".formatted(full));
        }
        if (code.find(full) != null && tokens.get(end + 1).is("(")) {
            throw tokens.refused(i, "a module is made in the code: '%s'".formatted(full));
        }
        Integer mode = MODE_ARGUMENT.get(full);
        if (mode != null && tokens.get(end + 1).is("(")) {
            requireOpenMode(end + 1, mode, full);
        }
        return end;
    }

    private void requireOpenMode(int bracket, int argument, String operator) {
        int from = bracket + 1;
        int passed = 0;
        for (int i = from; i < tokens.partner(bracket) && passed < argument; i++) {
            if ("([{".contains(tokens.get(i).text()) && tokens.get(i).kind() == Kind.OPERATOR) {
                i = tokens.partner(i);
            } else if (tokens.get(i).is(",")) {
                passed++;
                from = i + 1;
            }
        }
        Token value = tokens.get(from);
        if (passed == argument && (value.is("True") || value.is("False"))) {
            throw tokens.refused(
                    bracket,
                    "'%s' is frozen in %s mode, as tracing does: the module would ignore the switch between training and evaluation. Script it with torch.jit.script instead of tracing it"
                            .formatted(operator, value.is("True") ? "training" : "evaluation"));
        }
    }

    private void method(int dot) {
        String name = tokens.get(dot + 1).text();
        ScriptClass owner = code.find(scope.typeBefore(dot));
        boolean allowed = owner == null
                ? Operators.allowed("torch." + name)
                : owner.methods().contains(name);
        if (!allowed) {
            throw tokens.refused(
                    dot, "the method '%s' is not on the list of operators and no module here has it".formatted(name));
        }
    }

    /** What a bracket calls must have a name: results of calls and entries of lists are not called. */
    private void bracket(int i) {
        Token before = tokens.get(i - 1);
        if (before.is(")") || before.is("]") || before.is("}") || before.kind() == Kind.STRING) {
            throw tokens.refused(i, "something without a name is called");
        }
    }
}
