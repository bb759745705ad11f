package io.winnow.dataset;

import io.winnow.surrogate.Element;
import io.winnow.surrogate.SampleShape;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * How far the ingest of a split has come, on the disk beside what it wrote: the first {@code read} samples of the data are
 * done with, and those of them that were not skipped lie in the part of the tensor file with this checksum.
 *
 * @param read samples of the user's data that are done with
 * @param shape of a sample
 * @param crc CRC-32C of the values written
 * @param skipped positions of those that were left out
 * @param problems why, for the first of them
 */
record IngestCheckpoint(
        int read, SampleShape shape, Element element, long crc, int[] skipped, List<Dataset.Problem> problems) {

    /** Raised when the same data would give other values, as after a change of a decoder. */
    private static final int VERSION = 1;

    /** Writes it in place of an earlier one, so that there is always one that is whole. */
    void write(Path path) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeInt(VERSION);
        out.writeInt(read);
        out.writeInt(shape.channels());
        out.writeInt(shape.height());
        out.writeInt(shape.width());
        out.writeByte(element.ordinal());
        out.writeLong(crc);
        out.writeInt(skipped.length);
        for (int position : skipped) {
            out.writeInt(position);
        }
        out.writeInt(problems.size());
        for (Dataset.Problem problem : problems) {
            out.writeInt(problem.sample() == null ? -1 : problem.sample());
            out.writeUTF(problem.message()
                    .substring(0, Math.min(10_000, problem.message().length())));
        }
        out.writeLong(crc(bytes.toByteArray(), bytes.size()));
        Path part = path.resolveSibling(path.getFileName() + ".part");
        try (FileChannel channel = FileChannel.open(
                part, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            ByteBuffer whole = ByteBuffer.wrap(bytes.toByteArray());
            while (whole.hasRemaining()) {
                channel.write(whole);
            }
            channel.force(true);
        }
        Files.move(part, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** @return null when there is none that can be gone on with */
    static @Nullable IngestCheckpoint read(Path path) {
        try {
            byte[] bytes = Files.readAllBytes(path);
            DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
            int body = bytes.length - Long.BYTES;
            if (body < 0 || ByteBuffer.wrap(bytes).getLong(body) != crc(bytes, body) || in.readInt() != VERSION) {
                return null;
            }
            int read = in.readInt();
            SampleShape shape = new SampleShape(in.readInt(), in.readInt(), in.readInt());
            Element element = Element.values()[in.readByte()];
            long crc = in.readLong();
            int[] skipped = new int[in.readInt()];
            for (int i = 0; i < skipped.length; i++) {
                skipped[i] = in.readInt();
            }
            List<Dataset.Problem> problems = new ArrayList<>();
            for (int left = in.readInt(); left > 0; left--) {
                int sample = in.readInt();
                problems.add(new Dataset.Problem(sample < 0 ? null : sample, in.readUTF()));
            }
            return new IngestCheckpoint(read, shape, element, crc, skipped, problems);
        } catch (IOException e) {
            return null;
        }
    }

    private static long crc(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return crc.getValue();
    }
}
