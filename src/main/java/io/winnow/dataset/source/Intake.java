package io.winnow.dataset.source;

import io.winnow.dataset.BadDataException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Takes the files of one dataset into its folder, each under the next number, and refuses what is too much. */
final class Intake {

    /** Data sets hold a few empty files at most; an archive of nothing but such is made to exhaust. */
    private static final int MOST_EMPTY = 1000;

    private static final long ASK_NANOS = 1_000_000_000L;

    private final Path folder;
    private final Runnable held;
    private final int mostFiles;
    private final List<Manifest.Entry> taken = new ArrayList<>();
    private final Set<String> folded = new HashSet<>();
    private final byte[] buffer = new byte[1 << 16];
    private long bytesLeft;
    private String tooMuch;
    private @Nullable String version;
    private int entries;
    private int empty;
    private long asked = System.nanoTime();

    /** @param held asked before writes, once a second at most, whether to go on; throws where not */
    Intake(Path folder, SourceProperties limits, Runnable held) {
        this.folder = folder;
        this.held = held;
        this.mostFiles = limits.maxFiles();
        this.bytesLeft = limits.maxDataset().toBytes();
        this.tooMuch = "the data takes more than %s (winnow.data.max-dataset)".formatted(limits.maxDataset());
    }

    /** A file beside those taken in, for what is to be looked at first. */
    Path scratch() throws IOException {
        Files.createDirectories(folder);
        return folder.resolve("incoming");
    }

    /** Says what the state of the one file was called that all is taken from. */
    void from(String versionOfFile) {
        version = versionOfFile;
    }

    int mostFiles() {
        return mostFiles;
    }

    long bytesLeft() {
        return bytesLeft;
    }

    /** Narrows what may still be taken. */
    void limit(long bytes, String otherwise) {
        if (bytes < bytesLeft) {
            bytesLeft = bytes;
            tooMuch = otherwise;
        }
    }

    /** @throws BadDataException when so many bytes more are too much */
    void announce(long bytes) throws BadDataException {
        ask();
        if (bytes < 0 || bytes > bytesLeft) {
            throw new BadDataException(tooMuch);
        }
    }

    /** Counts something that is not taken in, such as a folder. */
    void passOver() throws BadDataException {
        ask();
        if (++entries > 2L * mostFiles) {
            throw tooMany();
        }
    }

    BadDataException tooMany() {
        return new BadDataException("there are more than %d files (winnow.data.max-files)".formatted(mostFiles));
    }

    /** @throws BadDataException when so many of all are without content that the others cannot be what they are there for */
    void requireContent(long without, long with) throws BadDataException {
        if (without > MOST_EMPTY + with) {
            throw tooManyEmpty();
        }
    }

    private static BadDataException tooManyEmpty() {
        return new BadDataException("more than %d files are empty".formatted(MOST_EMPTY));
    }

    /**
     * Takes one file in.
     *
     * @param name checked by {@link EntryName}
     * @param versionOfFile where it came from, if it came as a file of its own
     */
    void take(String name, InputStream content, @Nullable String versionOfFile) throws IOException {
        passOver();
        if (taken.size() == mostFiles) {
            throw tooMany();
        }
        if (!folded.add(EntryName.folded(name))) {
            throw EntryName.bad(name, "is there twice, or once more in other letters");
        }
        Path file = StagedFiles.at(folder, taken.size());
        if (taken.size() % 1000 == 0) {
            Files.createDirectories(file.getParent());
        }
        long size = 0;
        try (OutputStream out = Files.newOutputStream(file, StandardOpenOption.CREATE_NEW)) {
            for (int n = read(name, content); n >= 0; n = read(name, content)) {
                announce(n);
                bytesLeft -= n;
                size += n;
                out.write(buffer, 0, n);
            }
        }
        if (size == 0 && ++empty > MOST_EMPTY) {
            throw tooManyEmpty();
        }
        taken.add(new Manifest.Entry(name, size, versionOfFile));
    }

    private void ask() {
        if (System.nanoTime() - asked > ASK_NANOS) {
            held.run();
            asked = System.nanoTime();
        }
    }

    /** What goes wrong here is the data's fault; what goes wrong with writing is the disk's. */
    private int read(String name, InputStream content) throws BadDataException {
        try {
            return content.read(buffer);
        } catch (BadDataException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            throw EntryName.bad(name, "is damaged or cut short");
        }
    }

    /** Takes a whole file that lies on the same disk already. */
    void take(String name, Path file) throws IOException {
        announce(Files.size(file));
        Path target = StagedFiles.at(folder, taken.size());
        Files.createDirectories(target.getParent());
        long size = Files.size(file);
        Files.move(file, target);
        taken.add(new Manifest.Entry(name, size, null));
    }

    /** Makes what was taken complete. */
    void finish() throws IOException {
        if (taken.isEmpty()) {
            throw new BadDataException("there is no file in it");
        }
        TreeSet<String> names = new TreeSet<>();
        taken.forEach(entry -> names.add(entry.name()));
        for (String name : names) {
            String next = names.ceiling(name + "/");
            if (next != null && next.startsWith(name + "/")) {
                throw EntryName.bad(name, "is a file and a folder");
            }
        }
        new Manifest(taken, version).write(folder);
    }
}
