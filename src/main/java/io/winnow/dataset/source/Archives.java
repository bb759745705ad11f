package io.winnow.dataset.source;

import io.winnow.dataset.BadDataException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/**
 * Takes in a file by what its first bytes say that it is: the members of an archive, or the file itself. Archives within
 * archives are taken as the files that they are.
 */
final class Archives {

    private static final int MOST_EXPANSION = 100;
    private static final long ALWAYS_TAKEN = 10L << 20;

    private Archives() {}

    /** What a file is. */
    enum Kind {
        ZIP,
        GZIP,
        TAR,
        PARQUET,
        NPY;

        /** How many of a file's first bytes tell. */
        static final int HEAD = 512;

        private static final int TAR_MAGIC = 257;

        static @Nullable Kind of(byte[] head) {
            if (startsWith(head, 0, "PK\3\4") || startsWith(head, 0, "PK\5\6")) {
                return ZIP;
            }
            if (startsWith(head, 0, "\u001f\u008b")) {
                return GZIP;
            }
            if (startsWith(head, TAR_MAGIC, "ustar")) {
                return TAR;
            }
            if (startsWith(head, 0, "PAR1")) {
                return PARQUET;
            }
            return startsWith(head, 0, "\u0093NUMPY") ? NPY : null;
        }

        private static boolean startsWith(byte[] head, int from, String magic) {
            byte[] bytes = magic.getBytes(StandardCharsets.ISO_8859_1);
            return head.length >= from + bytes.length
                    && Arrays.equals(head, from, from + bytes.length, bytes, 0, bytes.length);
        }
    }

    static BadDataException unknown() {
        return new BadDataException("is neither a zip, tar or tar.gz archive nor a Parquet, npy or npz file");
    }

    /**
     * Takes a file in and leaves nothing of it where it was.
     *
     * @param format that is to read it: for {@code webdataset}, a tar that holds no tar is a shard and stays as it is
     */
    static void take(Path file, String format, Intake intake) throws IOException {
        Kind kind;
        try (InputStream in = Files.newInputStream(file)) {
            kind = Kind.of(in.readNBytes(Kind.HEAD));
        }
        if (kind == null) {
            throw unknown();
        }
        switch (kind) {
            case PARQUET -> intake.take("data.parquet", file);
            case NPY -> intake.take("data.npy", file);
            case ZIP -> ZipMembers.take(file, limited(intake, file));
            case GZIP -> takeGzip(file, limited(intake, file));
            case TAR -> takeTar(file, format, intake);
        }
        Files.deleteIfExists(file);
    }

    private static Intake limited(Intake intake, Path archive) throws IOException {
        intake.limit(
                ALWAYS_TAKEN + MOST_EXPANSION * Files.size(archive),
                "it unpacks to more than %d times its size".formatted(MOST_EXPANSION));
        return intake;
    }

    private static void takeTar(Path file, String format, Intake intake) throws IOException {
        if (format.equals("webdataset")) {
            try (InputStream in = Files.newInputStream(file)) {
                if (!TarMembers.beginWithTar(in)) {
                    intake.take("data.tar", file);
                    return;
                }
            }
        }
        try (InputStream in = Files.newInputStream(file)) {
            TarMembers.take(in, intake);
        }
    }

    private static void takeGzip(Path file, Intake intake) throws IOException {
        try (InputStream in = new GZIPInputStream(Files.newInputStream(file), 1 << 16)) {
            TarMembers.take(in, intake);
        } catch (EOFException | ZipException e) {
            throw new BadDataException("the gzip archive is damaged or cut short");
        }
    }
}
