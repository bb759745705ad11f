package io.winnow.dataset;

import io.winnow.platform.InvalidRequestException;
import io.winnow.surrogate.StopSignal;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * What the user's files were like when they were ingested: each file's size, time and SHA-256, in the order in which they are
 * read, and the times of the folders that they lie in, which tell whether files came or went.
 *
 * @param folders with their times
 */
record SourceRecord(List<Entry> folders, List<Entry> files) {

    private static final int VERSION = 1;
    private static final int HASHED_AHEAD = 256;
    private static final byte[] NOT_READABLE = new byte[Sha256.BYTES];

    /**
     * @param name relative to the location
     * @param modified nanoseconds since 1970
     * @param sha256 zeros of a folder, and of a file that could not be read
     */
    record Entry(String name, long size, long modified, byte[] sha256) {

        boolean wasReadable() {
            return !Arrays.equals(sha256, NOT_READABLE);
        }

        Entry at(long time) {
            return new Entry(name, size, time, sha256);
        }
    }

    /** Reads all the files, several at a time. */
    static SourceRecord of(SourceFiles source, List<Path> paths, ExecutorService threads)
            throws IOException, InterruptedException {
        List<Entry> folders = new ArrayList<>();
        for (Path folder : folders(source, paths)) {
            // The location itself has no name relative to itself.
            String name = folder.equals(source.location()) ? "" : source.name(folder);
            folders.add(new Entry(name, 0, modified(source.attributes(folder)), NOT_READABLE));
        }
        List<Entry> files = new ArrayList<>(paths.size());
        ArrayDeque<Future<Entry>> ahead = new ArrayDeque<>();
        for (Path path : paths) {
            ahead.add(threads.submit(() -> entry(source, path)));
            if (ahead.size() == HASHED_AHEAD) {
                files.add(got(ahead.remove()));
            }
        }
        while (!ahead.isEmpty()) {
            files.add(got(ahead.remove()));
        }
        return new SourceRecord(folders, files);
    }

    private static Entry got(Future<Entry> entry) throws IOException, InterruptedException {
        try {
            return entry.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException cause ? cause : new IOException(e.getCause());
        }
    }

    private static Set<Path> folders(SourceFiles source, List<Path> paths) {
        Set<Path> folders = new LinkedHashSet<>();
        for (Path path : paths) {
            Path folder = path.getParent();
            while (source.isDirectory() && folder != null && folders.add(folder) && !folder.equals(source.location())) {
                folder = folder.startsWith(source.location()) ? folder.getParent() : null;
            }
        }
        return folders;
    }

    private static Entry entry(SourceFiles source, Path path) throws IOException {
        BasicFileAttributes attributes = source.attributes(path);
        byte[] sha256;
        try {
            sha256 = hash(source, path, StopSignal.NEVER);
        } catch (BadDataException | InvalidRequestException e) {
            // Whoever decodes the file says so by its sample.
            sha256 = NOT_READABLE;
        }
        return new Entry(source.name(path), attributes.size(), modified(attributes), sha256);
    }

    static byte[] hash(SourceFiles source, Path path, StopSignal stop) throws IOException {
        try (FileChannel channel = source.channel(path)) {
            return Sha256.of(channel, stop);
        }
    }

    static long modified(BasicFileAttributes attributes) {
        return attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS);
    }

    void write(Path target) throws IOException {
        // A name of its own, for several processes may note the same at once.
        Path part = Files.createTempFile(target.getParent(), "sources", ".part");
        try (DataOutputStream out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(part)))) {
            out.writeInt(VERSION);
            write(folders, out);
            write(files, out);
        }
        try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static void write(List<Entry> entries, DataOutputStream out) throws IOException {
        out.writeInt(entries.size());
        for (Entry entry : entries) {
            out.writeUTF(entry.name());
            out.writeLong(entry.size());
            out.writeLong(entry.modified());
            out.write(entry.sha256());
        }
    }

    static SourceRecord read(Path path) throws IOException {
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(path)))) {
            if (in.readInt() != VERSION) {
                throw new IOException("not a record of this version");
            }
            return new SourceRecord(entries(in), entries(in));
        }
    }

    private static List<Entry> entries(DataInputStream in) throws IOException {
        List<Entry> entries = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            String name = in.readUTF();
            long size = in.readLong();
            long modified = in.readLong();
            entries.add(new Entry(name, size, modified, in.readNBytes(Sha256.BYTES)));
        }
        return entries;
    }
}
