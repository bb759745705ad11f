package io.winnow.model.torchscript;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * The tokens of one file of TorchScript's code. The engine writes a narrow dialect; whatever else its reader would take
 * (comments that declare types, other quotes, continued lines) is refused, so that both readings agree.
 */
final class Tokens {

    private static final int DEEPEST = 100;
    private static final String OPERATORS = "()[]{},:=.+-*/%<>!&|^~";

    /** What a token is. */
    enum Kind {
        NAME,
        NUMBER,
        STRING,
        OPERATOR,
        LINE
    }

    /**
     * @param text of a string: what is between the quotes, escapes as written
     * @param column of a line's first token, from 0; of a {@link Kind#LINE} the next line's indentation
     */
    record Token(Kind kind, String text, int column, int line) {

        boolean is(String wanted) {
            return kind != Kind.STRING && text.equals(wanted);
        }

        boolean isName() {
            return kind == Kind.NAME;
        }
    }

    private final String file;
    private final String text;
    private final List<Token> tokens = new ArrayList<>();
    private final int[] partner;
    private int at;
    private int line = 1;

    /** @param file its name in the archive, for messages */
    Tokens(String file, String text) {
        this.file = file;
        this.text = text;
        split();
        this.partner = match();
    }

    int size() {
        return tokens.size();
    }

    /** The token at a place; beyond either end an empty line. */
    Token get(int i) {
        return i >= 0 && i < tokens.size() ? tokens.get(i) : new Token(Kind.LINE, "", 0, line);
    }

    /** The bracket that belongs to the one at a place. */
    int partner(int i) {
        return partner[i];
    }

    /** The first place from {@code from} on that ends the logical line. */
    int endOfLine(int from) {
        int i = from;
        while (i < size() && get(i).kind() != Kind.LINE) {
            i++;
        }
        return i;
    }

    RefusedScriptException refused(int i, String what) {
        return new RefusedScriptException("%s, line %d: %s".formatted(file, get(i).line(), what));
    }

    private void split() {
        int depth = 0;
        int lineStart = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '\n') {
                if (depth == 0) {
                    tokens.add(new Token(Kind.LINE, "", 0, line));
                }
                at++;
                line++;
                lineStart = at;
            } else if (c == ' ') {
                at++;
            } else if (isNameStart(c)) {
                add(Kind.NAME, nameEnd(), lineStart);
            } else if (c >= '0' && c <= '9') {
                add(Kind.NUMBER, numberEnd(), lineStart);
            } else if (c == '"') {
                string(lineStart);
            } else if (OPERATORS.indexOf(c) >= 0) {
                depth += "([{".indexOf(c) >= 0 ? 1 : ")]}".indexOf(c) >= 0 ? -1 : 0;
                if (depth > DEEPEST) {
                    throw new RefusedScriptException(
                            "%s, line %d: brackets are nested too deeply".formatted(file, line));
                }
                add(Kind.OPERATOR, at + 1, lineStart);
            } else {
                throw new RefusedScriptException(
                        "%s, line %d: the character %s is not part of the code that TorchScript writes"
                                .formatted(
                                        file, line, c > ' ' && c < 127 ? "'" + c + "'" : "U+%04X".formatted((int) c)));
            }
        }
        tokens.add(new Token(Kind.LINE, "", 0, line));
    }

    private void add(Kind kind, int end, int lineStart) {
        tokens.add(new Token(kind, text.substring(at, end), at - lineStart, line));
        at = end;
    }

    private static boolean isNameStart(char c) {
        return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    private int nameEnd() {
        int end = at;
        while (end < text.length() && (isNameStart(text.charAt(end)) || Character.digit(text.charAt(end), 10) >= 0)) {
            end++;
        }
        return end;
    }

    private int numberEnd() {
        int end = at;
        while (end < text.length()) {
            char c = text.charAt(end);
            boolean exponentSign =
                    (c == '-' || c == '+') && (text.charAt(end - 1) == 'e' || text.charAt(end - 1) == 'E');
            if (!(c >= '0' && c <= '9') && c != '.' && c != 'e' && c != 'E' && c != 'j' && !exponentSign) {
                break;
            }
            end++;
        }
        return end;
    }

    private void string(int lineStart) {
        int end = at + 1;
        while (end < text.length() && text.charAt(end) != '"') {
            if (text.charAt(end) == '\n') {
                break;
            }
            end += text.charAt(end) == '\\' ? 2 : 1;
        }
        boolean tripled = text.startsWith("\"\"\"", at);
        if (tripled || end >= text.length() || text.charAt(end) != '"') {
            throw new RefusedScriptException("%s, line %d: a text is not closed on its line".formatted(file, line));
        }
        tokens.add(new Token(Kind.STRING, text.substring(at + 1, end), at - lineStart, line));
        at = end + 1;
    }

    private int[] match() {
        int[] matched = new int[tokens.size()];
        Deque<Integer> open = new ArrayDeque<>();
        for (int i = 0; i < matched.length; i++) {
            Token token = tokens.get(i);
            if (token.kind() != Kind.OPERATOR) {
                continue;
            }
            if ("([{".contains(token.text())) {
                open.push(i);
            } else if (")]}".contains(token.text())) {
                if (open.isEmpty() || "([{".indexOf(get(open.peek()).text()) != ")]}".indexOf(token.text())) {
                    throw new RefusedScriptException(
                            "%s, line %d: a bracket has no partner".formatted(file, token.line()));
                }
                matched[i] = open.pop();
                matched[matched[i]] = i;
            }
        }
        if (!open.isEmpty()) {
            throw refused(open.peek(), "a bracket has no partner");
        }
        return matched;
    }
}
