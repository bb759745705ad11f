package io.winnow.dataset;

import io.winnow.platform.InvalidRequestException;
import io.winnow.platform.WinnowProperties;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/**
 * The directories that data may come from. A location counts as inside only when it is inside as written and still is after
 * every symbolic link has been followed; both are compared by path components. Nothing is said of files outside.
 */
@Component
final class DataRoots {

    private static final String FIELD = "location";

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
