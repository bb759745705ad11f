package io.winnow.documents;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A page in Markdown, read just far enough to check it.
 *
 * @param path relative to the repository's root
 * @param prose the text outside of blocks of code
 * @param code the blocks of code
 */
record Document(Path path, String prose, List<Code> code) {

    private static final Pattern FENCE = Pattern.compile("\\s*```(\\w*)\\s*");
    private static final Pattern SPAN = Pattern.compile("(`+)(.+?)\\1", Pattern.DOTALL);
    private static final Pattern LINK = Pattern.compile("!?\\[[^\\]]*]\\(([^)\\s]+)[^)]*\\)");
    private static final Pattern HEADING = Pattern.compile("^#{1,6} (.*?)#*$", Pattern.MULTILINE);

    /** @param language as the fence says, or empty */
    record Code(String language, String text) {

        /** Commands with their continued lines joined. */
        List<String> lines() {
            return text.replaceAll("\\\\\n\\s*", " ").lines().toList();
        }
    }

    static Document of(String path, String text) {
        StringBuilder prose = new StringBuilder();
        List<Code> code = new ArrayList<>();
        StringBuilder block = new StringBuilder();
        String language = null;
        boolean indented = false;
        String before = "";
        for (String line : text.lines().toList()) {
            Matcher fence = FENCE.matcher(line);
            if (language != null) {
                if (line.strip().equals("```")) {
                    code.add(new Code(language, block.toString()));
                    block.setLength(0);
                    language = null;
                } else {
                    block.append(line).append('\n');
                }
            } else if (fence.matches()) {
                language = fence.group(1);
            } else if (line.startsWith("    ") && (indented || before.isBlank())) {
                indented = true;
                block.append(line.strip()).append('\n');
            } else {
                if (indented && !line.isBlank()) {
                    code.add(new Code("", block.toString()));
                    block.setLength(0);
                    indented = false;
                }
                prose.append(line).append('\n');
            }
            before = line;
        }
        if (!block.isEmpty()) {
            code.add(new Code("", block.toString()));
        }
        return new Document(Path.of(path), prose.toString(), List.copyOf(code));
    }

    /** All pages of the repository; what lies hidden or was built is none of it. */
    static List<Document> all() {
        return under(Path.of(""), 1)
                .filter(top -> !top.toString().matches("\\..*|target|"))
                .flatMap(top -> under(top, 10))
                .filter(path -> path.toString().endsWith(".md") && !path.startsWith("bench/target"))
                .distinct()
                .sorted()
                .map(path -> of(path.toString(), read(path)))
                .toList();
    }

    private static Stream<Path> under(Path folder, int depth) {
        try (Stream<Path> walk = Files.walk(folder, depth)) {
            return walk.toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String read(Path path) {
        try {
            return Files.readString(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What stands in backticks within the prose. */
    List<String> spans() {
        return SPAN.matcher(prose)
                .results()
                .map(span -> span.group(2).replaceAll("\\s+", " ").strip())
                .toList();
    }

    /** The targets of links and pictures. */
    List<String> links() {
        return LINK.matcher(SPAN.matcher(prose).replaceAll("code"))
                .results()
                .map(link -> link.group(1))
                .toList();
    }

    /** The anchors of the headings, as GitHub makes them. */
    Set<String> anchors() {
        Set<String> anchors = new LinkedHashSet<>();
        HEADING.matcher(prose).results().map(heading -> heading.group(1)).forEach(heading -> {
            String anchor = heading.strip()
                    .replaceAll("\\[([^\\]]*)]\\([^)]*\\)", "$1")
                    .toLowerCase(Locale.ROOT)
                    .replaceAll("[^\\p{L}\\p{N} _-]", "")
                    .replace(' ', '-');
            String unique = anchor;
            for (int i = 1; !anchors.add(unique); i++) {
                unique = anchor + "-" + i;
            }
        });
        return anchors;
    }

    /** Every command that the page shows: lines of its blocks, and what stands in backticks. */
    Stream<String> commands() {
        return Stream.concat(code.stream().flatMap(block -> block.lines().stream()), spans().stream());
    }
}
