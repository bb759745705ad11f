package io.winnow.dataset;

import io.winnow.platform.InvalidRequestException;
import io.winnow.platform.WinnowProperties;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/**
 * The directories that data may come from. A location counts as inside only when it is inside as written and still is after
 * every symbolic link has been followed; both are compared by path components. Nothing is said of files outside.
 */
@Component
final class DataRoots implements FileTree {

    private static final String FIELD = "location";
    private static final int DEEPEST = 16;
    private static final Set<OpenOption> READ = Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);

    private final List<Path> roots;

    DataRoots(WinnowProperties properties) {
        this.roots = properties.data().roots().stream()
                .map(root -> root.toAbsolutePath().normalize())
                .toList();
    }

    /** Resolves a location: absolute, or relative to the working directory or to a root. */
    SourceFiles resolve(String location) {
        List<Path> candidates =
                candidates(location).stream().filter(this::inside).toList();
        if (candidates.isEmpty()) {
            throw new InvalidRequestException(
                    FIELD,
                    "must lie under one of the data roots (winnow.data.roots): "
                            + (roots.isEmpty() ? "none is configured" : roots));
        }
        Path found = candidates.stream()
                .filter(Files::exists)
                .findFirst()
                .orElseThrow(() -> new InvalidRequestException(
                        FIELD, "does not exist under the data roots: " + candidates.get(0)));
        try {
            return new SourceFiles(real(found), this);
        } catch (IOException e) {
            throw new InvalidRequestException(FIELD, "cannot be read: " + found);
        }
    }

    /**
     * The path with all links followed.
     *
     * @throws InvalidRequestException when that leads out of the data roots
     */
    Path real(Path path) throws IOException {
        Path real = path.toRealPath();
        if (realRoots().noneMatch(real::startsWith)) {
            throw new InvalidRequestException(FIELD, "a symbolic link leads out of the data roots: " + path);
        }
        return real;
    }

    @Override
    public boolean mayChange() {
        return true;
    }

    @Override
    public boolean isDirectory(Path path) {
        return Files.isDirectory(path);
    }

    @Override
    public boolean isFile(Path path) {
        return Files.isRegularFile(path);
    }

    @Override
    public BasicFileAttributes attributes(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class);
    }

    @Override
    public Stream<Path> walk(Path folder) throws IOException {
        Path real = real(folder);
        return Files.walk(real, DEEPEST)
                .filter(path -> !path.equals(real))
                .map(path -> folder.resolve(real.relativize(path)));
    }

    @Override
    public List<Path> folders(Path folder) throws IOException {
        try (Stream<Path> list = Files.list(real(folder))) {
            return list.filter(Files::isDirectory).sorted().toList();
        }
    }

    /**
     * Opens a file for reading, after following its links and making sure that they stay inside. The way to where they lead is
     * then gone folder by folder and without following any: a link that takes a folder's place meanwhile leads nowhere.
     */
    @Override
    public FileChannel open(Path file) throws IOException {
        Path real = real(file);
        if (!Files.isRegularFile(real, LinkOption.NOFOLLOW_LINKS)) {
            throw new BadDataException("is not a regular file");
        }
        Path root = realRoots().filter(real::startsWith).findFirst().orElseThrow();
        try (DirectoryStream<Path> top = Files.newDirectoryStream(root)) {
            return top instanceof SecureDirectoryStream<Path> secure
                    ? open(secure, root.relativize(real))
                    : FileChannel.open(real, READ);
        }
    }

    private static FileChannel open(SecureDirectoryStream<Path> folder, Path below) throws IOException {
        if (below.getNameCount() > 1) {
            try (SecureDirectoryStream<Path> next =
                    folder.newDirectoryStream(below.getName(0), LinkOption.NOFOLLOW_LINKS)) {
                return open(next, below.subpath(1, below.getNameCount()));
            }
        }
        SeekableByteChannel channel = folder.newByteChannel(below, READ);
        if (channel instanceof FileChannel opened) {
            return opened;
        }
        channel.close();
        throw new IOException("the file system opens no channels for files");
    }

    private List<Path> candidates(String location) {
        List<Path> candidates = new ArrayList<>();
        try {
            candidates.add(Path.of(location).toAbsolutePath().normalize());
            for (Path root : roots) {
                candidates.add(root.resolve(location).normalize());
            }
        } catch (InvalidPathException e) {
            throw new InvalidRequestException(FIELD, "is not a path");
        }
        return candidates;
    }

    private boolean inside(Path path) {
        return Stream.concat(roots.stream(), realRoots()).anyMatch(path::startsWith);
    }

    private Stream<Path> realRoots() {
        return roots.stream().filter(Files::isDirectory).map(root -> {
            try {
                return root.toRealPath();
            } catch (IOException e) {
                return root;
            }
        });
    }
}
