package io.winnow.model.torchscript;

import io.winnow.platform.ZipDirectory;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;

/** The entries of a TorchScript file, read into memory within limits. Names inside never become names of files. */
final class ScriptArchive {

    private static final int MOST_ENTRIES = 20_000;
    private static final int LONGEST_DIRECTORY = 16 << 20;
    private static final int LARGEST_TEXT = 4 << 20;
    private static final int LARGEST_PICKLE = 64 << 20;
    private static final long LARGEST_RATIO = 200;

    private static final Pattern CODE = Pattern.compile("code/__torch__(/[A-Za-z_][A-Za-z0-9_]*)*\\.py");
    private static final Pattern TENSOR = Pattern.compile("(data|constants)/[0-9]{1,9}");
    /** Left out of the copy: where code came from, an identity, what a module was traced with, files for the loading program. */
    private static final Pattern LEFT_OUT = Pattern.compile(
            "code/.*\\.debug_pkl|\\.data/[a-z_]+|\\.format_version|\\.storage_alignment|extra/[^/]*|traced_inputs(\\.pkl|/[0-9]{1,9})");

    private final Map<String, byte[]> code = new TreeMap<>();
    private final Map<String, byte[]> pickles = new TreeMap<>();
    private final Map<String, byte[]> tensors = new TreeMap<>();
    private final Map<String, byte[]> notes = new TreeMap<>();
    private final long limit;
    private long total;

    private ScriptArchive(long limit) {
        this.limit = limit;
    }

    /**
     * @param limit bytes that all entries together may have
     * @throws RefusedScriptException when the file is no such archive or holds what is not accepted
     */
    static ScriptArchive read(Path file, long limit) throws IOException {
        ScriptArchive archive = new ScriptArchive(limit);
        try (FileChannel channel = FileChannel.open(file)) {
            ZipDirectory directory = ZipDirectory.of(channel, MOST_ENTRIES);
            if (directory.members() > MOST_ENTRIES || directory.bytes() > LONGEST_DIRECTORY) {
                throw new RefusedScriptException(
                        "the archive has more than %d entries, or a directory of more than %d bytes"
                                .formatted(MOST_ENTRIES, LONGEST_DIRECTORY));
            }
            try (ZipFile zip = ZipDirectory.open(channel)) {
                archive.read(zip);
            }
        } catch (RefusedScriptException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            throw new RefusedScriptException("the file is no zip archive, as TorchScript writes them, or is damaged");
        }
        archive.requireParts();
        return archive;
    }

    private void read(ZipFile zip) throws IOException {
        String folder = null;
        for (ZipArchiveEntry entry : Collections.list(zip.getEntries())) {
            String name = entry.getName();
            int slash = name.indexOf('/');
            if (slash < 1 || (folder != null && !name.startsWith(folder))) {
                throw unexpected(name);
            }
            folder = name.substring(0, slash + 1);
            take(zip, entry, name.substring(slash + 1));
        }
    }

    private void take(ZipFile zip, ZipArchiveEntry entry, String name) throws IOException {
        if (entry.isUnixSymlink() || entry.isDirectory() || name.contains("..")) {
            throw unexpected(entry.getName());
        }
        if (CODE.matcher(name).matches()) {
            keep(code, name, bytes(zip, entry, LARGEST_TEXT));
        } else if (name.equals("data.pkl") || name.equals("constants.pkl")) {
            keep(pickles, name, bytes(zip, entry, LARGEST_PICKLE));
        } else if (TENSOR.matcher(name).matches()) {
            keep(tensors, name, bytes(zip, entry, limit));
        } else if (name.equals("version") || name.equals("byteorder")) {
            keep(notes, name, bytes(zip, entry, 16));
        } else if (!LEFT_OUT.matcher(name).matches()) {
            throw unexpected(entry.getName());
        }
    }

    private byte[] bytes(ZipFile zip, ZipArchiveEntry entry, long most) throws IOException {
        long size = entry.getSize();
        if (size < 0 || size > most) {
            throw new RefusedScriptException("%s says that it has %d bytes; at most %d are accepted"
                    .formatted(shown(entry.getName()), size, most));
        }
        if (size > LARGEST_RATIO * Math.max(1, entry.getCompressedSize())) {
            throw new RefusedScriptException(
                    "%s is packed more than %d to 1".formatted(shown(entry.getName()), LARGEST_RATIO));
        }
        total += size;
        if (total > limit) {
            throw new RefusedScriptException("the archive unpacks to more than %d bytes".formatted(limit));
        }
        if (!zip.canReadEntryData(entry)) {
            throw new RefusedScriptException(
                    "%s is encrypted or packed in an unusual way".formatted(shown(entry.getName())));
        }
        try (InputStream in = zip.getInputStream(entry)) {
            byte[] read = in.readNBytes((int) Math.min(Integer.MAX_VALUE - 8L, size + 1));
            if (read.length != size) {
                throw new RefusedScriptException("%s has another size than it says".formatted(shown(entry.getName())));
            }
            return read;
        }
    }

    private static void keep(Map<String, byte[]> target, String name, byte[] bytes) {
        if (target.put(name, bytes) != null) {
            throw new RefusedScriptException("%s is in the archive twice".formatted(name));
        }
    }

    private void requireParts() {
        if (!pickles.containsKey("data.pkl") || code.isEmpty() || !notes.containsKey("version")) {
            throw new RefusedScriptException(
                    "the archive lacks data.pkl, code/ or version: it is not what torch.jit.save writes (torch.save of a module or a state_dict is not TorchScript)");
        }
        byte[] order = notes.get("byteorder");
        if (order != null
                && !new String(order, StandardCharsets.US_ASCII).strip().equals("little")) {
            throw new RefusedScriptException("byteorder is not little");
        }
        if (!new String(notes.get("version"), StandardCharsets.US_ASCII).strip().matches("[0-9]{1,3}")) {
            throw new RefusedScriptException("version is not a number");
        }
    }

    /** Code by name, {@code code/__torch__.py}. */
    Map<String, String> code() {
        Map<String, String> texts = new TreeMap<>();
        code.forEach((name, bytes) -> texts.put(name, new String(bytes, StandardCharsets.UTF_8)));
        return texts;
    }

    /** The pickles that are there, by name. */
    Map<String, byte[]> pickles() {
        return pickles;
    }

    /** Bytes of the records of a folder, by key. */
    Map<String, Long> sizes(String folder) {
        Map<String, Long> sizes = new HashMap<>();
        tensors.forEach((name, bytes) -> {
            if (name.startsWith(folder + "/")) {
                sizes.put(name.substring(folder.length() + 1), (long) bytes.length);
            }
        });
        return sizes;
    }

    /** All records that are neither code nor pickles. */
    Map<String, byte[]> others() {
        Map<String, byte[]> others = new TreeMap<>(tensors);
        others.putAll(notes);
        return others;
    }

    private static RefusedScriptException unexpected(String name) {
        return new RefusedScriptException(
                "the entry '%s' is not one that torch.jit.save writes".formatted(shown(name)));
    }

    private static String shown(String name) {
        String cut = name.length() > 100 ? name.substring(0, 100) + "…" : name;
        return cut.replaceAll("[^ -~…]", "?");
    }
}
