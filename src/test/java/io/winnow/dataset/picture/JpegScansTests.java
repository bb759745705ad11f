package io.winnow.dataset.picture;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.winnow.dataset.BadDataException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A JPEG that says a thousand times that the whole picture is to be gone over is refused before it is decoded. */
@Timeout(60)
class JpegScansTests {

    private static final int MEGAPIXEL = 1_000_000;
    /** A scan of one component that has no data. */
    private static final byte[] SCAN = {(byte) 0xff, (byte) 0xda, 0, 8, 1, 1, 0, 1, 63, 0};

    private static byte[] progressive() throws IOException {
        return Files.readAllBytes(Path.of("src/test/resources/pictures/progressive.jpg"));
    }

    /** The picture with more scans before its end. */
    private static byte[] with(int scans, byte[] jpeg) {
        ByteArrayOutputStream more = new ByteArrayOutputStream();
        more.writeBytes(Arrays.copyOf(jpeg, jpeg.length - 2));
        for (int i = 0; i < scans; i++) {
            more.writeBytes(SCAN);
        }
        more.writeBytes(new byte[] {(byte) 0xff, (byte) 0xd9});
        return more.toByteArray();
    }

    @Test
    void takesTheScansThatEncodersWriteForTheLargestPictures() throws IOException {
        byte[] jpeg = progressive();
        assertThatCode(() -> JpegScans.check(jpeg, 64L * MEGAPIXEL)).doesNotThrowAnyException();
        assertThatCode(() -> PictureFile.read(jpeg)).doesNotThrowAnyException();
    }

    @Test
    void takesAsManyScansAsMayBeAndNotOneMore() {
        byte[] empty = {(byte) 0xff, (byte) 0xd8, (byte) 0xff, (byte) 0xd9};
        assertThatCode(() -> JpegScans.check(with(62, empty), 16L * MEGAPIXEL)).doesNotThrowAnyException();
        assertThatExceptionOfType(BadDataException.class)
                .isThrownBy(() -> JpegScans.check(with(63, empty), 16L * MEGAPIXEL))
                .withMessage("is a JPEG of 16000000 pixels in 63 scans; at most 62 scans of so many are decoded");
    }

    @Test
    void countsNoScansOfThumbnailsOrBehindTheEnd() {
        byte[] thumbnail = {(byte) 0xff, (byte) 0xd8, (byte) 0xff, (byte) 0xe1, 0, 12};
        byte[] inside = Arrays.copyOf(thumbnail, thumbnail.length + SCAN.length + 4);
        System.arraycopy(SCAN, 0, inside, thumbnail.length, SCAN.length);
        inside[inside.length - 4] = (byte) 0xff;
        inside[inside.length - 3] = (byte) 0xd9;
        inside[inside.length - 2] = SCAN[0];
        inside[inside.length - 1] = SCAN[1];
        assertThatCode(() -> JpegScans.check(inside, 3_000L * MEGAPIXEL)).doesNotThrowAnyException();
    }

    @Test
    void leavesOtherKindsOfPicturesAndScrapsToTheirReaders() {
        for (byte[] other : new byte[][] {{}, SCAN, {(byte) 0xff, (byte) 0xd8, (byte) 0xff}}) {
            assertThatCode(() -> JpegScans.check(other, Long.MAX_VALUE / 2)).doesNotThrowAnyException();
        }
    }
}
