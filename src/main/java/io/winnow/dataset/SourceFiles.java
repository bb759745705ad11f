package io.winnow.dataset;

import io.winnow.platform.InvalidRequestException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;

/** The files under a registered location. Every way to them goes through the data roots: a link out is refused. */
public final class SourceFiles {

    private static final int DEEPEST = 16;

    private final Path location;
    private final DataRoots roots;

    SourceFiles(Path location, DataRoots roots) {
        this.location = location;
        this.roots = roots;
    }

    /** The location itself: a file or a directory, links followed. */
    public Path location() {
        return location;
    }

    public boolean isDirectory() {
        return Files.isDirectory(location);
    }

    /** A file as the user knows it: relative to the location. */
    public String name(Path file) {
        return file.equals(location)
                ? String.valueOf(file.getFileName())
                : location.relativize(file).toString();
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
        try (Stream<Path> walk = Files.walk(location, DEEPEST)) {
            return walk.filter(path -> !path.equals(location))
                    .filter(path -> matchers.stream().anyMatch(m -> m.matches(location.relativize(path))))
                    .filter(Files::isRegularFile)
                    .sorted()
                    .toList();
        }
    }

    /** The folders right below a folder, by name. */
    public List<Path> folders(Path folder) throws IOException {
        try (Stream<Path> list = Files.list(roots.real(folder))) {
            return list.filter(Files::isDirectory).sorted().toList();
        }
    }

    /** The names of the regular files at any depth below a folder, relative to it, that end as asked, in their order. */
    public List<String> filesBelow(Path folder, Set<String> endings) throws IOException {
        Path real = roots.real(folder);
        try (Stream<Path> walk = Files.walk(real, DEEPEST)) {
            return walk.map(path -> real.relativize(path).toString())
                    .filter(name -> endings.contains(
                            name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT)))
                    .filter(name -> Files.isRegularFile(real.resolve(name)))
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

    /** Opens a file for reading, after following its links and making sure that they stay inside. */
    public FileChannel channel(Path file) throws IOException {
        try {
            Path real = roots.real(file);
            if (!Files.isRegularFile(real, LinkOption.NOFOLLOW_LINKS)) {
                throw new BadDataException(name(file) + " is not a regular file");
            }
            return FileChannel.open(real, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
        } catch (AccessDeniedException e) {
            throw new BadDataException(name(file) + " cannot be read: permission denied");
        } catch (FileSystemException e) {
            throw new BadDataException(name(file) + " cannot be read");
        }
    }
}
