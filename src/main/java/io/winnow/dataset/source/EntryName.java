package io.winnow.dataset.source;

import io.winnow.dataset.BadDataException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Locale;

/** The names that files have in an archive or an object store. They are compared and shown, never used as paths. */
final class EntryName {

    private static final int LONGEST = 1024;
    private static final int LONGEST_PART = 255;
    private static final int MOST_PARTS = 16;
    private static final int LONGEST_QUOTE = 100;

    private EntryName() {}

    /**
     * The name in its one spelling: parts separated by slashes.
     *
     * @param written as it came; {@code ./} before it and a slash after it are left out
     * @throws BadDataException when it could mean something else than a file or folder below the top
     */
    static String of(String written) throws BadDataException {
        String name = written.startsWith("./") ? written.substring(2) : written;
        name = name.endsWith("/") ? name.substring(0, name.length() - 1) : name;
        String[] parts = name.split("/", -1);
        if (name.length() > LONGEST || parts.length > MOST_PARTS) {
            throw bad(
                    written,
                    "is too long: at most %d characters and %d folders are taken".formatted(LONGEST, MOST_PARTS - 1));
        }
        if (name.length() > 1 && name.charAt(1) == ':' && Character.isLetter(name.charAt(0))) {
            throw bad(written, "begins with a drive");
        }
        for (String part : parts) {
            if (part.isEmpty() || part.equals(".") || part.equals("..")) {
                throw bad(written, "does not name a file below the top: no part may be empty, '.' or '..'");
            }
            if (part.getBytes(StandardCharsets.UTF_8).length > LONGEST_PART) {
                throw bad(written, "has a part of more than %d bytes".formatted(LONGEST_PART));
            }
        }
        if (!name.codePoints().allMatch(EntryName::isUsual)) {
            throw bad(written, "has a backslash, a control character or one that is no text");
        }
        return name;
    }

    /** What the archive tools of some systems add of their own. */
    static boolean isLitter(String name) {
        String last = name.substring(name.lastIndexOf('/') + 1);
        return name.startsWith("__MACOSX/") || last.equals(".DS_Store") || last.equals("Thumbs.db");
    }

    /** The same for all names that some file system takes for one. */
    static String folded(String name) {
        return Normalizer.normalize(name, Normalizer.Form.NFC).toLowerCase(Locale.ROOT);
    }

    private static boolean isUsual(int character) {
        return character != '\\'
                && character != '\uFFFD'
                && !Character.isISOControl(character)
                && Character.getType(character) != Character.FORMAT
                && Character.getType(character) != Character.SURROGATE;
    }

    static BadDataException bad(String name, String message) {
        return new BadDataException("'%s' %s".formatted(shown(name), message));
    }

    /** A text from outside as it may stand in a message. */
    static String shown(String name) {
        StringBuilder text = new StringBuilder();
        name.codePoints().limit(LONGEST_QUOTE).forEach(c -> text.appendCodePoint(isUsual(c) || c == '\\' ? c : '?'));
        return text + (name.length() > LONGEST_QUOTE ? "…" : "");
    }
}
