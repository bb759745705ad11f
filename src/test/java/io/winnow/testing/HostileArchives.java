package io.winnow.testing;

import static org.apache.commons.compress.archivers.tar.TarConstants.LF_BLK;
import static org.apache.commons.compress.archivers.tar.TarConstants.LF_CHR;
import static org.apache.commons.compress.archivers.tar.TarConstants.LF_CONTIG;
import static org.apache.commons.compress.archivers.tar.TarConstants.LF_FIFO;
import static org.apache.commons.compress.archivers.tar.TarConstants.LF_GNUTYPE_SPARSE;
import static org.apache.commons.compress.archivers.tar.TarConstants.LF_LINK;
import static org.apache.commons.compress.archivers.tar.TarConstants.LF_SYMLINK;

import io.winnow.testing.ArchiveFixture.Member;
import io.winnow.testing.RawZip.Entry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Archives that are made to do harm, or are broken, by what is wrong with them. */
public final class HostileArchives {

    private static final byte[] CONTENT = "some content of a file in an archive".getBytes(StandardCharsets.UTF_8);

    private HostileArchives() {}

    /**
     * @param message a part of what the answer must say
     */
    public record Hostile(byte[] bytes, String message) {}

    public static Map<String, Hostile> all() throws IOException {
        Map<String, Hostile> all = new LinkedHashMap<>();
        names(all);
        kindsOfMembers(all);
        brokenZips(all);
        brokenTars(all);
        return all;
    }

    private static void names(Map<String, Hostile> all) throws IOException {
        Map<String, String> names = new LinkedHashMap<>();
        names.put("../evil", "below the top");
        names.put("../../../../../../tmp/evil", "below the top");
        names.put("a/../../evil", "below the top");
        names.put("a/b/..", "below the top");
        names.put("/etc/cron.d/evil", "below the top");
        names.put("//server/share", "below the top");
        names.put("a//b", "below the top");
        names.put("./../evil", "below the top");
        names.put("a/./b", "below the top");
        names.put("C:/Windows/evil", "drive");
        names.put("a\nb", "control character");
        names.put("a\u202Egnp.exe", "control character");
        names.put("a".repeat(300), "more than 255 bytes");
        names.put("a/".repeat(20) + "b", "too long");
        names.put("abc/".repeat(300) + "b", "too long");
        for (Map.Entry<String, String> name : names.entrySet()) {
            for (String kind : List.of("zip", "tar", "tar.gz")) {
                String shown = name.getKey().length() > 40 ? name.getKey().substring(0, 40) : name.getKey();
                all.put(
                        kind + " with the name " + shown.replace('\n', '?'),
                        new Hostile(
                                ArchiveFixture.of(kind, List.of(Member.file(name.getKey(), CONTENT))),
                                name.getValue()));
            }
        }
        for (String kind : List.of("zip", "tar")) {
            all.put(kind + " with a name twice", of(kind, "is there twice", "a/x", "b/x", "a/x"));
            all.put(kind + " with a name in other letters", of(kind, "is there twice", "a/x", "A/X"));
            all.put(kind + " with a name in other accents", of(kind, "is there twice", "a/\u00e9", "a/e\u0301"));
            all.put(kind + " with a file that is a folder", of(kind, "is a file and a folder", "a", "a/b"));
            all.put(kind + " without a file", of(kind, "", new String[0]));
        }
        all.put("tar with a backslash", of("tar", "backslash", "..\\..\\evil"));
        all.put("zip of Windows with backslashes", zip("below the top", "..\\..\\evil", entry -> {}));
        all.put("zip of Unix with backslashes", zip("backslash", "..\\..\\evil", entry -> entry.unixMode = 0100644));
        all.put("zip with the character NUL", zip("control character", "a\0b", entry -> {}));
    }

    private static void kindsOfMembers(Map<String, Hostile> all) throws IOException {
        Map.of(
                        "symbolic link", LF_SYMLINK,
                        "hard link", LF_LINK,
                        "character device", LF_CHR,
                        "block device", LF_BLK,
                        "pipe", LF_FIFO,
                        "contiguous file", LF_CONTIG,
                        "sparse file", LF_GNUTYPE_SPARSE)
                .forEach((name, kind) -> {
                    try {
                        byte[] tar = ArchiveFixture.of(
                                "tar",
                                List.of(
                                        new Member("a/link", kind, "../../../etc/passwd".getBytes()),
                                        Member.file("a/link/x", CONTENT)));
                        all.put("tar with a " + name, new Hostile(tar, "no plain file"));
                    } catch (IOException e) {
                        throw new IllegalStateException(e);
                    }
                });
        all.put("zip with a symbolic link", zip("no plain file", "a/link", entry -> entry.unixMode = 0120777));
        all.put("zip with a device", zip("no plain file", "a/device", entry -> entry.unixMode = 0020666));
        all.put("zip with a pipe", zip("no plain file", "a/pipe", entry -> entry.unixMode = 0010666));
        all.put("zip with a socket", zip("no plain file", "a/socket", entry -> entry.unixMode = 0140666));
    }

    private static void brokenZips(Map<String, Hostile> all) {
        all.put("zip that is encrypted", zip("is encrypted", "a", entry -> entry.flags |= 1));
        all.put("zip in another compression", zip("in a way that is not read", "a", entry -> entry.method = 12));
        all.put("zip that declares less", zip("longer than the archive says", "a", entry -> entry.size--));
        all.put("zip that declares more", zip("length or checksum", "a", entry -> entry.size += 1000));
        all.put("zip with a wrong checksum", zip("length or checksum", "a", entry -> entry.checksum++));
        all.put("zip64 that declares 8 exabytes", zip("", "a", entry -> {
            entry.inZip64 = true;
            entry.size = Long.MAX_VALUE;
        }));
        all.put("zip64 that declares a negative size", zip("", "a", entry -> {
            entry.inZip64 = true;
            entry.size = -1;
        }));
        all.put("zip64 that declares more packed than there is", zip("", "a", entry -> {
            entry.inZip64 = true;
            entry.packedSize = 1L << 40;
        }));
        all.put("zip whose deflated bytes are noise", zip("", "a", entry -> Arrays.fill(entry.stored, (byte) 0xEE)));
        byte[] whole = new RawZip()
                .add(new Entry("a", CONTENT))
                .add(new Entry("b", CONTENT))
                .done();
        all.put("zip cut in half", new Hostile(Arrays.copyOf(whole, whole.length / 2), "damaged or cut short"));
        all.put(
                "zip without its last byte",
                new Hostile(Arrays.copyOf(whole, whole.length - 1), "damaged or cut short"));
        all.put("zip of its first four bytes", new Hostile(Arrays.copyOf(whole, 4), "damaged or cut short"));
        byte[] elsewhere = whole.clone();
        Arrays.fill(elsewhere, whole.length - 6, whole.length - 2, (byte) 0x7F);
        all.put("zip whose directory is elsewhere", new Hostile(elsewhere, ""));
    }

    private static void brokenTars(Map<String, Hostile> all) throws IOException {
        byte[] whole = ArchiveFixture.of("tar", List.of(Member.file("a", new byte[3000]), Member.file("b", CONTENT)));
        all.put("tar cut within a member", new Hostile(Arrays.copyOf(whole, 2000), "damaged or cut short"));
        all.put("tar cut between two members", new Hostile(Arrays.copyOf(whole, 512 + 3072), "damaged or cut short"));
        byte[] sum = whole.clone();
        sum[512 + 3072 + 148] = '7';
        all.put("tar with a wrong checksum", new Hostile(sum, ""));
        byte[] packed = ArchiveFixture.gzip(whole);
        all.put("tar.gz cut in half", new Hostile(Arrays.copyOf(packed, packed.length / 2), "damaged or cut short"));
        byte[] flipped = packed.clone();
        flipped[flipped.length - 8] ^= 1;
        all.put("tar.gz with a wrong checksum", new Hostile(flipped, "damaged or cut short"));
        all.put("gzip of no tar", new Hostile(ArchiveFixture.gzip(CONTENT), "damaged or cut short"));
        all.put("tar with a size beyond all", new Hostile(withSize(whole, "77777777777"), ""));
        all.put("tar with a size that is no number", new Hostile(withSize(whole, "8x!-1      "), ""));
        all.put("text", new Hostile("{\"not\": \"an archive\"}".getBytes(), "neither"));
        all.put("web page", new Hostile("<!doctype html><title>login</title>".getBytes(), "neither"));
        all.put("nothing", new Hostile(new byte[0], "neither"));
        all.put("program", new Hostile(new byte[] {0x7F, 'E', 'L', 'F', 2, 1, 1, 0}, "neither"));
    }

    private static byte[] withSize(byte[] tar, String size) {
        byte[] changed = tar.clone();
        byte[] text = size.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(text, 0, changed, 124, text.length);
        Arrays.fill(changed, 148, 156, (byte) ' ');
        int sum = 0;
        for (int i = 0; i < 512; i++) {
            sum += changed[i] & 0xFF;
        }
        byte[] checksum = "%06o\0 ".formatted(sum).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(checksum, 0, changed, 148, checksum.length);
        return changed;
    }

    private static Hostile of(String kind, String message, String... names) throws IOException {
        return new Hostile(
                ArchiveFixture.of(
                        kind,
                        Arrays.stream(names)
                                .map(name -> Member.file(name, CONTENT))
                                .toList()),
                message);
    }

    private static Hostile zip(String message, String name, Consumer<Entry> lie) {
        Entry entry = new Entry(name, CONTENT);
        lie.accept(entry);
        return new Hostile(new RawZip().add(entry).done(), message);
    }
}
