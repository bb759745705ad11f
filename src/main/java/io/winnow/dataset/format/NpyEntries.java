package io.winnow.dataset.format;

import io.winnow.dataset.BadDataException;
import io.winnow.dataset.SourceFiles;
import io.winnow.platform.ZipDirectory;
import java.io.Closeable;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;

/** The arrays of a location by their names without the ending: the {@code .npy} files of a folder, or an {@code .npz}. */
final class NpyEntries {

    private static final String NPY = ".npy";

    /** An archive holds the arrays of one data set, of which a few have a meaning. */
    private static final int MOST_MEMBERS = 1000;

    private static final int LONGEST_DIRECTORY = 1 << 20;

    private NpyEntries() {}

    static NpyArray.Entry file(SourceFiles files, Path path) throws IOException {
        long length;
        try (FileChannel channel = files.channel(path)) {
            length = channel.size();
        }
        return new Stored(files, path, length);
    }

    /** The members of an archive. Their names are only compared, never used as paths. */
    static Map<String, NpyArray.Entry> archive(SourceFiles files, Path path) throws IOException {
        Map<String, NpyArray.Entry> members = new TreeMap<>();
        try (ZipFile zip = open(files, path)) {
            for (Enumeration<ZipArchiveEntry> entries = zip.getEntries(); entries.hasMoreElements(); ) {
                ZipArchiveEntry entry = entries.nextElement();
                String name = entry.getName();
                if (!name.endsWith(NPY)) {
                    continue;
                }
                Member member = new Member(files, path, name, entry.getSize());
                if (members.put(name.substring(0, name.length() - NPY.length()), member) != null) {
                    throw new BadDataException("%s has two members called %s".formatted(files.name(path), name));
                }
            }
        }
        return members;
    }

    private static ZipFile open(SourceFiles files, Path path) throws IOException {
        FileChannel channel = files.channel(path);
        try {
            ZipDirectory directory = ZipDirectory.of(channel, MOST_MEMBERS);
            if (directory.members() > MOST_MEMBERS || directory.bytes() > LONGEST_DIRECTORY) {
                channel.close();
                throw new BadDataException("%s has more than %d members, or a directory of more than %d bytes"
                        .formatted(files.name(path), MOST_MEMBERS, LONGEST_DIRECTORY));
            }
            return ZipDirectory.open(channel);
        } catch (BadDataException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw new BadDataException(files.name(path) + " is not a readable .npz archive");
        }
    }

    private record Stored(SourceFiles files, Path path, long length) implements NpyArray.Entry {

        @Override
        public String name() {
            return files.name(path);
        }

        @Override
        public InputStream open() throws IOException {
            return files.open(path);
        }
    }

    private record Member(SourceFiles files, Path path, String member, long length) implements NpyArray.Entry {

        @Override
        public String name() {
            return files.name(path) + ":" + member;
        }

        @Override
        public InputStream open() throws IOException {
            ZipFile zip = NpyEntries.open(files, path);
            try {
                ZipArchiveEntry entry = zip.getEntry(member);
                if (entry == null || !zip.canReadEntryData(entry)) {
                    throw new BadDataException(name() + " cannot be read");
                }
                return new Closing(zip.getInputStream(entry), zip, name());
            } catch (BadDataException e) {
                zip.close();
                throw e;
            } catch (IOException | RuntimeException e) {
                zip.close();
                throw new BadDataException(name() + " cannot be read");
            }
        }
    }

    /** Closes the archive with the member, and says of which member a failure is. */
    private static final class Closing extends FilterInputStream {

        private final Closeable archive;
        private final String name;

        Closing(InputStream in, Closeable archive, String name) {
            super(in);
            this.archive = archive;
            this.name = name;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            try {
                return super.read(target, offset, length);
            } catch (IOException | RuntimeException e) {
                throw new BadDataException(name + " is damaged");
            }
        }

        @Override
        public void close() throws IOException {
            try (archive) {
                super.close();
            }
        }
    }
}
