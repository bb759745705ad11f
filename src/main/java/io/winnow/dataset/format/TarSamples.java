package io.winnow.dataset.format;

import io.winnow.dataset.BadDataException;
import io.winnow.dataset.SourceFiles;
import io.winnow.dataset.picture.PictureDecoder;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The samples of one tar shard: members that follow each other and share their name up to its first dot, {@code 0001.jpg} and
 * {@code 0001.cls}. The names are compared, never used as paths.
 */
final class TarSamples implements Closeable {

    private static final int BLOCK = 512;
    private static final int LONGEST_LABEL = 1 << 20;

    private final String shard;
    private final TarArchiveInputStream tar;
    private final boolean pictures;
    private @Nullable TarArchiveEntry ahead;

    /** @param pictures whether the pictures' bytes are wanted, or only that there are some */
    TarSamples(SourceFiles files, Path path, boolean pictures) throws IOException {
        this.shard = files.name(path);
        this.tar = new TarArchiveInputStream(new BufferedInputStream(files.open(path), 1 << 16), "UTF-8");
        this.pictures = pictures;
        this.ahead = nextMember();
    }

    /** A tar file ends with blocks of zeros. One that was cut short between two members shows by their absence only. */
    static void refuseWithoutEnd(SourceFiles files, Path path) throws IOException {
        try (FileChannel channel = files.channel(path)) {
            ByteBuffer last = ByteBuffer.allocate(BLOCK);
            if (channel.size() >= BLOCK && channel.size() % BLOCK == 0) {
                channel.read(last, channel.size() - BLOCK);
            }
            boolean zeros = !last.hasRemaining();
            for (byte value : last.array()) {
                zeros &= value == 0;
            }
            if (!zeros) {
                throw new BadDataException(
                        files.name(path) + " is cut short: it does not end with the zeros that end a tar file");
            }
        }
    }

    /**
     * @param key the members' common name
     * @param picture its bytes; empty when they are not wanted
     * @param bad why the sample cannot be used, or null
     */
    record TarSample(
            String key, int label, byte[] picture, @Nullable BadDataException bad) {

        TarSample usable() throws BadDataException {
            if (bad != null) {
                throw bad;
            }
            return this;
        }
    }

    @Nullable
    TarSample next() throws IOException {
        if (ahead == null) {
            return null;
        }
        String key = key(ahead.getName());
        byte[] picture = null;
        Long label = null;
        BadDataException bad = null;
        while (ahead != null && key(ahead.getName()).equals(key)) {
            String ending = ahead.getName().substring(key.length()).toLowerCase(Locale.ROOT);
            String last = ending.substring(ending.lastIndexOf('.') + 1);
            if (PictureDecoder.ENDINGS.contains(last)) {
                bad = picture == null ? bad : bad(key, "has two pictures, or its key occurs twice in a row");
                picture = pictures ? content(key, PictureDecoder.MOST_BYTES) : new byte[0];
            } else if (last.equals("cls") || last.equals("json")) {
                String text = new String(content(key, LONGEST_LABEL), StandardCharsets.UTF_8);
                try {
                    Long found = label(key, last, text);
                    label = label == null || last.equals("cls") ? found : label;
                } catch (BadDataException e) {
                    bad = e;
                }
            }
            ahead = nextMember();
        }
        if (bad == null && (picture == null || label == null)) {
            bad = bad(key, picture == null ? "has no picture" : "has no label (.cls or .json with \"label\")");
        }
        if (bad == null && (label < 0 || label >= Classes.MOST)) {
            bad = bad(key, "has label %d; labels must be 0, 1, …, below %d".formatted(label, Classes.MOST));
        }
        return bad == null && label != null && picture != null
                ? new TarSample(key, label.intValue(), picture, null)
                : new TarSample(key, -1, new byte[0], bad);
    }

    private @Nullable Long label(String key, String ending, String text) throws BadDataException {
        try {
            if (ending.equals("cls")) {
                return Long.valueOf(text.strip());
            }
            JsonNode json = JsonMapper.shared().readTree(text);
            JsonNode value = json.has("label") ? json.get("label") : json.get("cls");
            if (value == null) {
                return null;
            }
            if (value.isIntegralNumber() && value.canConvertToLong()) {
                return value.asLong();
            }
        } catch (NumberFormatException | JacksonException e) {
            // Told below, together with a value of another type.
        }
        throw bad(key, "has a label that is no integer");
    }

    private byte[] content(String key, int most) throws IOException {
        TarArchiveEntry member = ahead;
        if (member == null || member.getSize() > most) {
            throw bad(key, "has a member of more than %d bytes".formatted(most));
        }
        try {
            byte[] content = tar.readNBytes((int) member.getSize());
            if (content.length == member.getSize()) {
                return content;
            }
        } catch (IOException e) {
            // A shard that ends within a member is told like one whose member is short.
        }
        throw bad(key, "is cut short");
    }

    private @Nullable TarArchiveEntry nextMember() throws IOException {
        try {
            TarArchiveEntry entry = tar.getNextEntry();
            while (entry != null && (entry.isDirectory() || isHidden(entry.getName()))) {
                entry = tar.getNextEntry();
            }
            if (entry != null && !isPlain(entry)) {
                throw new BadDataException("%s: member '%s' is not a plain file".formatted(shard, entry.getName()));
            }
            return entry;
        } catch (BadDataException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            throw new BadDataException(shard + " is not a readable tar file, or is cut short");
        }
    }

    /** Links and devices are none, whatever {@link TarArchiveEntry#isFile()} says of them. */
    private static boolean isPlain(TarArchiveEntry entry) {
        return entry.getLinkFlag() == TarConstants.LF_NORMAL || entry.getLinkFlag() == TarConstants.LF_OLDNORM;
    }

    private static boolean isHidden(String name) {
        return name.substring(name.lastIndexOf('/') + 1).startsWith(".");
    }

    /** The name up to the first dot after its last slash. */
    private static String key(String name) {
        int dot = name.indexOf('.', name.lastIndexOf('/') + 1);
        return dot < 0 ? name : name.substring(0, dot);
    }

    private BadDataException bad(String key, String message) {
        return new BadDataException("%s: sample '%s' %s".formatted(shard, key, message));
    }

    @Override
    public void close() throws IOException {
        tar.close();
    }
}
