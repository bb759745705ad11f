package io.winnow.dataset;

import io.winnow.platform.InvalidRequestException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;

/** The files under a registered location. Every way to them goes through the tree that they lie in. */
public final class SourceFiles {

    private final Path location;
    private final FileTree tree;

    public SourceFiles(Path location, FileTree tree) {
        this.location = location;
        this.tree = tree;
    }

    /** The location itself: a file or a directory, links followed. */
    public Path location() {
        return location;
    }

    /** Whether the files may be others later than they are now. */
    boolean mayChange() {
        return tree.mayChange();
    }

    public boolean isDirectory() {
        return tree.isDirectory(location);
    }

    public boolean isDirectory(Path path) {
        return tree.isDirectory(path);
    }

    /** A file as the user knows it: relative to the location. */
    public String name(Path file) {
        return file.equals(location)
                ? String.valueOf(file.getFileName())
                : location.relativize(file).toString();
    }

    /** The file of that {@link #name}. */
    Path resolve(String name) {
        return isDirectory() ? location.resolve(name).normalize() : location;
    }

    /** Size and time of a file or folder. */
    public BasicFileAttributes attributes(Path path) throws IOException {
        return tree.attributes(path);
    }

    /** The regular files whose path relative to the location matches one of the globs, in the order of their paths. */
    public List<Path> match(List<String> globs, String field) throws IOException {
        List<PathMatcher> matchers;
        try {
            matchers = globs.stream()
                    .map(glob -> location.getFileSystem().getPathMatcher("glob:" + glob))
                    .toList();
        } catch (PatternSyntaxException e) {
            throw new InvalidRequestException(field, "is not a glob: " + e.getDescription());
        }
        if (!isDirectory()) {
            Path name = location.getFileName();
            return matchers.stream().anyMatch(m -> m.matches(name)) ? List.of(location) : List.of();
        }
        try (Stream<Path> walk = tree.walk(location)) {
            return walk.filter(path -> matchers.stream().anyMatch(m -> m.matches(location.relativize(path))))
                    .filter(tree::isFile)
                    .sorted()
                    .toList();
        }
    }

    /** The folders right below a folder, by name. */
    public List<Path> folders(Path folder) throws IOException {
        return tree.folders(folder);
    }

    /** The names of the regular files at any depth below a folder, relative to it, that end as asked, in their order. */
    public List<String> filesBelow(Path folder, Set<String> endings) throws IOException {
        try (Stream<Path> walk = tree.walk(folder)) {
            return walk.map(path -> folder.relativize(path).toString())
                    .filter(name -> endings.contains(
                            name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT)))
                    .filter(name -> tree.isFile(folder.resolve(name)))
                    .sorted()
                    .toList();
        }
    }

    /** The whole of a file that is at most so long. */
    public byte[] read(Path file, int mostBytes) throws IOException {
        try (FileChannel channel = channel(file)) {
            if (channel.size() > mostBytes) {
                throw new BadDataException(
                        "is a file of %d bytes; at most %d are read".formatted(channel.size(), mostBytes));
            }
            return Channels.newInputStream(channel).readNBytes(mostBytes);
        }
    }

    public InputStream open(Path file) throws IOException {
        return Channels.newInputStream(channel(file));
    }

    public FileChannel channel(Path file) throws IOException {
        try {
            return tree.open(file);
        } catch (BadDataException e) {
            throw new BadDataException(name(file) + " " + e.getMessage());
        } catch (AccessDeniedException e) {
            throw new BadDataException(name(file) + " cannot be read: permission denied");
        } catch (IOException e) {
            // Among others, how the system tells that a link took the file's place, which is an exception of no type of
            // its own.
            throw new BadDataException(name(file) + " cannot be read");
        }
    }
}
