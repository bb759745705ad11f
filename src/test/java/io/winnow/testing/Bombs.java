package io.winnow.testing;

import io.winnow.testing.ArchiveFixture.Member;
import io.winnow.testing.HostileArchives.Hostile;
import io.winnow.testing.RawZip.Entry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** Small files that grow without measure when they are read without care. */
public final class Bombs {

    private static final int GIGABYTE = 1 << 30;
    private static final String RATIO = "100 times its size";

    private Bombs() {}

    /** Archives that exhaust by themselves. */
    public static Map<String, Hostile> archives() throws IOException {
        Map<String, Hostile> all = new LinkedHashMap<>();
        byte[] zeros = new byte[64 << 20];
        all.put(
                "zip of 64 MB of zeros",
                new Hostile(new RawZip().add(new Entry("a/x", zeros)).done(), RATIO));
        RawZip many = new RawZip();
        Entry modest = new Entry("a/x", zeros);
        modest.size = 1000;
        all.put(
                "zip of zeros that declares little",
                new Hostile(new RawZip().add(modest).done(), "longer than"));
        Entry layer = new Entry("a", new byte[10 << 20]);
        for (int i = 0; i < 100; i++) {
            layer.name = ("a/" + i).getBytes(StandardCharsets.UTF_8);
            layer.offset = -1;
            many.add(layer);
        }
        all.put("zip of 100 × 10 MB of zeros", new Hostile(many.done(), RATIO));
        all.put("zip whose members overlap", new Hostile(overlapping(), "overlap"));
        all.put(
                "zip of 100,000 empty files",
                new Hostile(emptyZip(100_000, false).done(), "are empty"));
        all.put(
                "zip that denies its 100,000 empty files",
                new Hostile(emptyZip(100_000, false).done(1), ""));
        all.put(
                "zip of 100,000 empty files whose lengths are those of large ones",
                new Hostile(emptyZip(100_000, true).done(), "are empty"));
        all.put(
                "zip of 100,000 empty files with two ends, one of which hides them",
                new Hostile(emptyZip(100_000, true).done64(), "are empty"));
        all.put(
                "zip of 20,000 entries for one member behind a long extra field",
                new Hostile(listedOften(20_000, emptyFields(15_000)), "overlap"));
        Entry comparing = new Entry("a/x", new byte[1]);
        comparing.listedExtra = emptyFields(15_000);
        all.put(
                "zip with an extra field of 15,000 empty ones",
                new Hostile(new RawZip().add(comparing).done(), "damaged"));
        all.put("tar.gz of 100,000 empty files", new Hostile(emptyTar(), "are empty"));
        all.put("tar.gz of 1 GB of zeros", new Hostile(tarOfZeros(), RATIO));
        all.put("gzip of 1 GB of zeros", new Hostile(gzipOfZeros(new byte[0]), ""));
        byte[] tar = ArchiveFixture.of("tar", List.of(Member.file("a", new byte[10])));
        all.put("tar.gz with 1 GB of zeros behind its end", new Hostile(gzipOfZeros(tar), RATIO));
        all.put("tar.gz with a name of 100 MB", new Hostile(headerOf('L'), "the tar archive"));
        all.put("tar.gz with attributes of 100 MB", new Hostile(headerOf('x'), "the tar archive"));
        return all;
    }

    /** 1,000 entries of the directory for one member. */
    private static byte[] overlapping() {
        RawZip zip = new RawZip();
        Entry kernel = new Entry("0", new byte[8 << 10]);
        zip.add(kernel);
        for (int i = 1; i < 1000; i++) {
            kernel.name = Integer.toString(i).getBytes(StandardCharsets.UTF_8);
            zip.list(kernel);
        }
        return zip.done();
    }

    /** Extra fields that have a number and no content. */
    private static byte[] emptyFields(int count) {
        ByteBuffer fields = ByteBuffer.allocate(4 * count).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < count; i++) {
            fields.putShort((short) (0x4000 + i)).putShort((short) 0);
        }
        return fields.array();
    }

    private static byte[] listedOften(int times, byte[] localExtra) {
        RawZip zip = new RawZip();
        Entry entry = new Entry("", new byte[1]);
        entry.localExtra = localExtra;
        for (int i = 0; i < times; i++) {
            entry.name = Integer.toString(i).getBytes(StandardCharsets.UTF_8);
            zip.add(entry);
        }
        return zip.done();
    }

    private static RawZip emptyZip(int files, boolean inZip64) {
        RawZip zip = new RawZip();
        Entry entry = new Entry("", new byte[0]);
        entry.method = 0;
        entry.stored = new byte[0];
        entry.packedSize = 0;
        entry.inZip64 = inZip64;
        for (int i = 0; i < files; i++) {
            entry.name = Integer.toString(i).getBytes(StandardCharsets.UTF_8);
            entry.offset = -1;
            zip.add(entry);
        }
        return zip;
    }

    private static byte[] emptyTar() throws IOException {
        List<Member> members = new ArrayList<>();
        for (int i = 0; i < 100_000; i++) {
            members.add(Member.file(Integer.toString(i), new byte[0]));
        }
        return ArchiveFixture.of("tar.gz", members);
    }

    private static byte[] tarOfZeros() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(new GZIPOutputStream(out))) {
            TarArchiveEntry entry = new TarArchiveEntry("a/zeros");
            entry.setSize(GIGABYTE);
            tar.putArchiveEntry(entry);
            zeros(tar, GIGABYTE);
            tar.closeArchiveEntry();
        }
        return out.toByteArray();
    }

    private static byte[] gzipOfZeros(byte[] before) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(before);
            zeros(gzip, GIGABYTE);
        }
        return out.toByteArray();
    }

    /** A tar whose first header is of a kind that libraries read as a whole, and says that it is long. */
    private static byte[] headerOf(char kind) throws IOException {
        int length = 100 << 20;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(out)) {
            byte[] header = new byte[512];
            TarArchiveEntry entry = new TarArchiveEntry("././@LongLink", (byte) kind);
            entry.setSize(length);
            entry.writeEntryHeader(header);
            gzip.write(header);
            byte[] name = new byte[1 << 20];
            Arrays.fill(name, (byte) 'a');
            for (int written = 0; written < length; written += name.length) {
                gzip.write(name);
            }
            gzip.write(new byte[1024]);
        }
        return out.toByteArray();
    }

    private static void zeros(OutputStream out, int length) throws IOException {
        byte[] block = new byte[1 << 20];
        for (int written = 0; written < length; written += block.length) {
            out.write(block);
        }
    }

    /** A picture file of a few bytes that says that it is so large. */
    public static byte[] png(int width, int height) {
        ByteBuffer header = ByteBuffer.allocate(17)
                .put("IHDR".getBytes(StandardCharsets.US_ASCII))
                .putInt(width)
                .putInt(height)
                .put(new byte[] {8, 2, 0, 0, 0});
        CRC32 crc = new CRC32();
        crc.update(header.array());
        return ByteBuffer.allocate(8 + 4 + 17 + 4)
                .put(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'})
                .putInt(13)
                .put(header.array())
                .putInt((int) crc.getValue())
                .array();
    }

    /** A picture of one point that moves, 100,000 times. */
    public static byte[] gifOfManyFrames() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes("GIF89a".getBytes(StandardCharsets.US_ASCII));
        out.writeBytes(new byte[] {1, 0, 1, 0, (byte) 0x80, 0, 0, 0, 0, 0, -1, -1, -1});
        byte[] frame = {0x2C, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0};
        for (int i = 0; i < 100_000; i++) {
            out.writeBytes(frame);
        }
        out.write(0x3B);
        return out.toByteArray();
    }

    /** Pictures of the IDX format whose header announces 2³¹−1 of them, as zeros in gzip. */
    public static byte[] idxOfZeros(int dimensions) throws IOException {
        ByteBuffer header = ByteBuffer.allocate(4 + 4 * dimensions).putInt(0x0800 | dimensions);
        header.putInt(Integer.MAX_VALUE);
        while (header.hasRemaining()) {
            header.putInt(28);
        }
        return gzipOfZeros(header.array());
    }
}
