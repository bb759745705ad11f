package io.winnow.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;

/** Writes zip archives byte by byte, so that they can say what no library would write. */
public final class RawZip {

    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private final ByteArrayOutputStream directory = new ByteArrayOutputStream();
    private int entries;

    /** What a member says of itself; change what is to be a lie. */
    public static final class Entry {
        public byte[] name;
        public byte[] stored;
        public int flags = 0x800;
        public int method = 8;
        public long checksum;
        public long size;
        public long packedSize;
        public int unixMode;
        public boolean inZip64;
        public int offset = -1;

        /** Beside the one for large members: before the member, and in the directory. */
        public byte[] localExtra = {};

        public byte[] listedExtra = {};

        public Entry(String name, byte[] content) {
            this.name = name.getBytes(StandardCharsets.UTF_8);
            CRC32 crc = new CRC32();
            crc.update(content);
            checksum = crc.getValue();
            size = content.length;
            stored = deflated(content);
            packedSize = stored.length;
        }
    }

    private static byte[] deflated(byte[] content) {
        Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
        ByteArrayOutputStream deflated = new ByteArrayOutputStream();
        try (DeflaterOutputStream out = new DeflaterOutputStream(deflated, deflater)) {
            out.write(content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            deflater.end();
        }
        return deflated.toByteArray();
    }

    public RawZip add(Entry entry) {
        if (entry.offset < 0) {
            entry.offset = body.size();
            header(body, 0x04034b50, entry, false);
            body.writeBytes(entry.name);
            body.writeBytes(extra(entry));
            body.writeBytes(entry.localExtra);
            body.writeBytes(entry.stored);
        }
        return list(entry);
    }

    /** Puts an entry into the directory only. */
    public RawZip list(Entry entry) {
        header(directory, 0x02014b50, entry, true);
        directory.writeBytes(entry.name);
        directory.writeBytes(extra(entry));
        directory.writeBytes(entry.listedExtra);
        entries++;
        return this;
    }

    private static byte[] extra(Entry entry) {
        if (!entry.inZip64) {
            return new byte[0];
        }
        return little(20)
                .putShort((short) 1)
                .putShort((short) 16)
                .putLong(entry.size)
                .putLong(entry.packedSize)
                .array();
    }

    private static void header(ByteArrayOutputStream out, int magic, Entry entry, boolean central) {
        ByteBuffer bytes = little(central ? 46 : 30).putInt(magic);
        if (central) {
            bytes.putShort((short) (entry.unixMode == 0 ? 20 : 3 << 8 | 20));
        }
        bytes.putShort((short) 45)
                .putShort((short) entry.flags)
                .putShort((short) entry.method)
                .putInt(0x5A210000)
                .putInt((int) entry.checksum)
                .putInt(entry.inZip64 ? -1 : (int) entry.packedSize)
                .putInt(entry.inZip64 ? -1 : (int) entry.size)
                .putShort((short) entry.name.length)
                .putShort((short) (extra(entry).length + (central ? entry.listedExtra : entry.localExtra).length));
        if (central) {
            bytes.putShort((short) 0)
                    .putShort((short) 0)
                    .putShort((short) 0)
                    .putInt(entry.unixMode << 16)
                    .putInt(entry.offset);
        }
        out.writeBytes(bytes.array());
    }

    /** With an end record that tells the truth. */
    public byte[] done() {
        return done(entries);
    }

    /** @param claimed how many entries the end record says that there are */
    public byte[] done(int claimed) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(body.toByteArray());
        all.writeBytes(directory.toByteArray());
        all.writeBytes(little(22)
                .putInt(0x06054b50)
                .putInt(0)
                .putShort((short) claimed)
                .putShort((short) claimed)
                .putInt(directory.size())
                .putInt(body.size())
                .putShort((short) 0)
                .array());
        return all.toByteArray();
    }

    /**
     * With the end record of large archives, which tells the truth, and the other one, which names a directory of no bytes at its own
     * place.
     */
    public byte[] done64() {
        int directoryAt = body.size();
        int recordAt = directoryAt + directory.size();
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(body.toByteArray());
        all.writeBytes(directory.toByteArray());
        all.writeBytes(little(56)
                .putInt(0x06064b50)
                .putLong(44)
                .putInt(0)
                .putLong(0)
                .putLong(entries)
                .putLong(entries)
                .putLong(directory.size())
                .putLong(directoryAt)
                .array());
        all.writeBytes(little(20)
                .putInt(0x07064b50)
                .putInt(0)
                .putLong(recordAt)
                .putInt(1)
                .array());
        all.writeBytes(little(22)
                .putInt(0x06054b50)
                .putInt(0)
                .putInt(0)
                .putInt(0)
                .putInt(recordAt + 76)
                .putShort((short) 0)
                .array());
        return all.toByteArray();
    }

    private static ByteBuffer little(int length) {
        return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    }
}
