package io.winnow.dataset.source;

import io.winnow.dataset.BadDataException;
import io.winnow.dataset.FileTree;
import io.winnow.dataset.SourceFiles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The files of one dataset that were brought here: a tree of the names they came with, over files with generated names. */
final class StagedFiles implements FileTree {

    private static final Path TOP = Path.of("/");

    private final Path folder;
    private final NavigableMap<String, Integer> numbers = new TreeMap<>();

    StagedFiles(Path folder, Manifest manifest) {
        this.folder = folder;
        List<Manifest.Entry> entries = manifest.files();
        for (int i = 0; i < entries.size(); i++) {
            numbers.put(entries.get(i).name(), i);
        }
    }

    /** Where the bytes of a file are. */
    static Path at(Path folder, int number) {
        return folder.resolve("files").resolve(Integer.toString(number / 1000)).resolve(Integer.toString(number));
    }

    /** All files, from the first folder on that holds more than one thing; the file itself if there is only one. */
    SourceFiles all() throws BadDataException {
        try {
            numbers.keySet().forEach(TOP::resolve);
            return new SourceFiles(location(), this);
        } catch (InvalidPathException e) {
            throw new BadDataException("a file has a name that this system cannot show: set LC_ALL=C.UTF-8");
        }
    }

    private Path location() {
        String first = numbers.firstKey();
        String last = numbers.lastKey();
        if (numbers.size() == 1 && !first.contains("/")) {
            return TOP.resolve(first);
        }
        int slash = first.indexOf('/');
        boolean wrapped = slash > 0 && last.startsWith(first.substring(0, slash + 1));
        return wrapped && !first.startsWith("train/") ? TOP.resolve(first.substring(0, slash)) : TOP;
    }

    @Override
    public boolean isDirectory(Path path) {
        String prefix = prefix(path);
        String next = numbers.ceilingKey(prefix);
        return next != null && next.startsWith(prefix);
    }

    @Override
    public boolean isFile(Path path) {
        return number(path) != null;
    }

    @Override
    public Stream<Path> walk(Path folder) {
        return below(prefix(folder)).keySet().stream().map(TOP::resolve);
    }

    @Override
    public List<Path> folders(Path folder) {
        String prefix = prefix(folder);
        List<Path> found = new ArrayList<>();
        String next = numbers.ceilingKey(prefix);
        while (next != null && next.startsWith(prefix)) {
            int slash = next.indexOf('/', prefix.length());
            if (slash < 0) {
                next = numbers.higherKey(next);
            } else {
                String child = next.substring(0, slash);
                found.add(TOP.resolve(child));
                next = numbers.ceilingKey(after(child));
            }
        }
        return found.stream().sorted().toList();
    }

    @Override
    public BasicFileAttributes attributes(Path path) throws IOException {
        Integer number = number(path);
        if (number == null && !isDirectory(path)) {
            throw new NoSuchFileException(path.toString());
        }
        return Files.readAttributes(number == null ? folder : at(folder, number), BasicFileAttributes.class);
    }

    @Override
    public FileChannel open(Path file) throws IOException {
        Integer number = number(file);
        if (number == null) {
            throw new BadDataException("is not a regular file");
        }
        return FileChannel.open(at(folder, number), Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
    }

    private @Nullable Integer number(Path path) {
        return numbers.get(TOP.relativize(path).toString());
    }

    private Map<String, Integer> below(String prefix) {
        return prefix.isEmpty() ? numbers : numbers.subMap(prefix, after(prefix.substring(0, prefix.length() - 1)));
    }

    /** The first name that sorts after all those below a folder: '0' follows '/'. */
    private static String after(String folder) {
        return folder + "0";
    }

    private static String prefix(Path folder) {
        String name = TOP.relativize(folder).toString();
        return name.isEmpty() ? "" : name + "/";
    }
}
