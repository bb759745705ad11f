package io.winnow.dataset.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import com.sun.management.ThreadMXBean;
import io.winnow.dataset.BadDataException;
import io.winnow.dataset.DatasetRegistration;
import io.winnow.dataset.Pixels;
import io.winnow.surrogate.SampleShape;
import io.winnow.testing.Bombs;
import io.winnow.testing.PictureFixture;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PictureDecoderTests {

    private static DatasetRegistration registration(
            @Nullable Integer channels, DatasetRegistration.@Nullable Resize resize) {
        return new DatasetRegistration("data", "parquet", "here", null, null, null, null, channels, resize, null, null);
    }

    private static Pixels decode(byte[] encoded) throws BadDataException {
        return PictureDecoder.startingWith(encoded, registration(null, null)).decode(encoded);
    }

    private static Pixels decode(byte[] encoded, int channels) throws BadDataException {
        return PictureDecoder.startingWith(encoded, registration(channels, null))
                .decode(encoded);
    }

    @ParameterizedTest
    @ValueSource(strings = {"png", "bmp"})
    void keepsEveryValueOfALosslessPictureInColour(String kind) throws IOException {
        BufferedImage image = PictureFixture.noise(7, 5, BufferedImage.TYPE_INT_RGB, 1);
        Pixels pixels = decode(PictureFixture.encode(image, kind));
        assertThat(pixels.shape()).isEqualTo(new SampleShape(3, 5, 7));
        assertThat(pixels.values()).isEqualTo(PictureFixture.planes(image));
    }

    @Test
    void keepsEveryValueOfAGreyPicture() throws IOException {
        BufferedImage image = PictureFixture.noise(7, 5, BufferedImage.TYPE_BYTE_GRAY, 2);
        byte[] encoded = PictureFixture.encode(image, "png");
        byte[] grey = decode(encoded).values();
        assertThat(decode(encoded).shape()).isEqualTo(new SampleShape(1, 5, 7));
        for (int i = 0; i < 35; i++) {
            assertThat(grey[i] & 0xFF).isEqualTo(image.getRaster().getSample(i % 7, i / 7, 0));
        }
        byte[] tripled = decode(encoded, 3).values();
        for (int c = 0; c < 3; c++) {
            assertThat(Arrays.copyOfRange(tripled, c * 35, c * 35 + 35)).isEqualTo(grey);
        }
    }

    @Test
    void cutsSixteenBitsToTheUpperEight() throws IOException {
        BufferedImage image = new BufferedImage(3, 1, BufferedImage.TYPE_USHORT_GRAY);
        image.getRaster().setPixels(0, 0, 3, 1, new int[] {0x12FF, 0xFFFF, 0x00FF});
        assertThat(decode(PictureFixture.encode(image, "png")).values()).containsExactly(0x12, (byte) 0xFF, 0);
    }

    @Test
    void readsAGreyPaletteAsGrey() throws IOException {
        byte[] levels = {0, 85, (byte) 170, (byte) 255};
        IndexColorModel palette = new IndexColorModel(2, 4, levels, levels, levels);
        BufferedImage image = new BufferedImage(4, 1, BufferedImage.TYPE_BYTE_BINARY, palette);
        image.getRaster().setPixels(0, 0, 4, 1, new int[] {3, 1, 0, 2});
        Pixels pixels = decode(PictureFixture.encode(image, "png"));
        assertThat(pixels.shape().channels()).isEqualTo(1);
        assertThat(pixels.values()).containsExactly((byte) 255, 85, 0, (byte) 170);
    }

    @Test
    void laysTransparencyOverBlack() throws IOException {
        BufferedImage image = new BufferedImage(2, 1, BufferedImage.TYPE_INT_ARGB);
        image.setRGB(0, 0, 0xFF804020);
        image.setRGB(1, 0, 0x00FFFFFF);
        assertThat(decode(PictureFixture.encode(image, "png")).values())
                .containsExactly((byte) 0x80, 0, 0x40, 0, 0x20, 0);
    }

    @Test
    void weighsTheColoursOfAGreyscaleAsBt601Does() throws IOException {
        BufferedImage image = new BufferedImage(3, 1, BufferedImage.TYPE_INT_RGB);
        image.setRGB(0, 0, 0xFF0000);
        image.setRGB(1, 0, 0x00FF00);
        image.setRGB(2, 0, 0x0000FF);
        assertThat(decode(PictureFixture.encode(image, "png"), 1).values()).containsExactly(76, (byte) 150, 29);
    }

    @Test
    void refusesAColourPictureAfterAGreyOneUnlessToldWhatToDo() throws IOException {
        byte[] grey = PictureFixture.encode(PictureFixture.noise(4, 4, BufferedImage.TYPE_BYTE_GRAY, 3), "png");
        byte[] colour = PictureFixture.encode(PictureFixture.noise(4, 4, BufferedImage.TYPE_INT_RGB, 4), "png");
        assertThatThrownBy(() -> PictureDecoder.startingWith(grey, registration(null, null))
                        .decode(colour))
                .isInstanceOf(BadDataException.class)
                .hasMessageContaining("\"channels\": 3");
        assertThat(PictureDecoder.startingWith(grey, registration(3, null))
                        .decode(colour)
                        .shape())
                .isEqualTo(new SampleShape(3, 4, 4));
        assertThat(PictureDecoder.startingWith(colour, registration(null, null))
                        .decode(grey)
                        .shape())
                .isEqualTo(new SampleShape(3, 4, 4));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void turnsAJpegUpright(int tag) throws IOException {
        // Stored 16 wide and 8 high; which stored corner is the upright top left corner follows from the Exif standard.
        int[][] topLeft = {{}, {0, 0}, {15, 0}, {15, 7}, {0, 7}, {0, 0}, {0, 7}, {15, 7}, {15, 0}};
        int[][] topRight = {{}, {15, 0}, {0, 0}, {0, 7}, {15, 7}, {0, 7}, {0, 0}, {15, 0}, {15, 7}};
        BufferedImage stored = new BufferedImage(16, 8, BufferedImage.TYPE_BYTE_GRAY);
        fill(stored, topLeft[tag], 255);
        fill(stored, topRight[tag], 128);
        Pixels upright = decode(withOrientation(PictureFixture.encode(stored, "jpeg"), tag));
        assertThat(upright.shape()).isEqualTo(new SampleShape(1, tag < 5 ? 8 : 16, tag < 5 ? 16 : 8));
        int uprightWidth = upright.shape().width();
        assertThat(upright.values()[0] & 0xFF).isGreaterThan(240);
        assertThat(upright.values()[uprightWidth - 1] & 0xFF).isBetween(115, 140);
        assertThat(upright.values()[upright.values().length - 1] & 0xFF).isLessThan(15);
    }

    /** Fills the quarter of the picture that a corner is in. */
    private static void fill(BufferedImage image, int[] corner, int value) {
        for (int y = 0; y < 4; y++) {
            for (int x = 0; x < 8; x++) {
                image.getRaster().setSample(corner[0] == 0 ? x : 15 - x, corner[1] == 0 ? y : 7 - y, 0, value);
            }
        }
    }

    private static byte[] withOrientation(byte[] jpeg, int tag) {
        ByteBuffer segment = ByteBuffer.allocate(36);
        segment.putShort((short) 0xFFE1).putShort((short) 34).put(new byte[] {'E', 'x', 'i', 'f', 0, 0});
        segment.put(new byte[] {'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1});
        segment.putShort((short) 0x0112)
                .putShort((short) 3)
                .putInt(1)
                .putShort((short) tag)
                .putShort((short) 0);
        segment.putInt(0);
        return ByteBuffer.allocate(jpeg.length + 36)
                .put(jpeg, 0, 2)
                .put(segment.array())
                .put(jpeg, 2, jpeg.length - 2)
                .array();
    }

    @Test
    void refusesAHugePictureBeforeDecodingIt() throws IOException {
        long before = System.nanoTime();
        assertThatThrownBy(() -> decode(pngHeader(50_000, 50_000)))
                .isInstanceOf(BadDataException.class)
                .hasMessageContaining("50000×50000");
        assertThatThrownBy(() -> decode(pngHeader(1, Integer.MAX_VALUE))).isInstanceOf(BadDataException.class);
        assertThatThrownBy(() -> decode(new byte[33 << 20])).hasMessageContaining("at most");
        assertThat(System.nanoTime() - before).isLessThan(5_000_000_000L);
    }

    private static byte[] pngHeader(int width, int height) {
        ByteBuffer chunk = ByteBuffer.allocate(17)
                .put(new byte[] {'I', 'H', 'D', 'R'})
                .putInt(width)
                .putInt(height)
                .put(new byte[] {8, 2, 0, 0, 0});
        CRC32 crc = new CRC32();
        crc.update(chunk.array());
        return ByteBuffer.allocate(8 + 4 + 17 + 4 + 12)
                .put(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'})
                .putInt(13)
                .put(chunk.array())
                .putInt((int) crc.getValue())
                .putInt(0)
                .put(new byte[] {'I', 'D', 'A', 'T'})
                .array();
    }

    @Test
    void answersDamageWithADeclaredErrorOrNotAtAll() throws IOException {
        Random random = new Random(8);
        int refused = 0;
        for (String kind : new String[] {"png", "jpeg", "bmp", "gif"}) {
            byte[] whole = PictureFixture.encode(PictureFixture.noise(9, 9, BufferedImage.TYPE_INT_RGB, 5), kind);
            for (int round = 0; round < 60; round++) {
                byte[] damaged = whole.clone();
                damaged[random.nextInt(whole.length)] ^= (byte) (1 + random.nextInt(255));
                if (round % 2 == 0) {
                    damaged = Arrays.copyOf(damaged, random.nextInt(whole.length));
                }
                try {
                    decode(damaged);
                } catch (BadDataException e) {
                    refused++;
                }
            }
        }
        assertThat(refused).isGreaterThan(60);
        assertThatThrownBy(() -> decode(new byte[0])).hasMessageContaining("no picture");
        assertThatThrownBy(() -> decode("<svg/>".getBytes())).hasMessageContaining("no picture");
    }

    private static byte[] grey(int width, int height) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                image.getRaster().setSample(x, y, 0, (x * x * 7 + y * 31 + x * y * 3) % 256);
            }
        }
        return PictureFixture.encode(image, "png");
    }

    private static int[] resized(byte[] picture, int size, String mode) throws BadDataException {
        byte[] values = PictureDecoder.startingWith(
                        picture, registration(null, new DatasetRegistration.Resize(size, mode)))
                .decode(picture)
                .values();
        int[] unsigned = new int[values.length];
        for (int i = 0; i < values.length; i++) {
            unsigned[i] = values[i] & 0xFF;
        }
        return unsigned;
    }

    /** Values of PyTorch 2.7.1's antialiased bilinear filter: tools/golden/resampling.py. */
    @Test
    void resizesLikePyTorch() throws IOException {
        assertThat(resized(grey(14, 9), 4, "exact"))
                .containsExactly(57, 135, 148, 147, 124, 134, 136, 132, 158, 126, 128, 145, 143, 136, 118, 112);
        assertThat(Arrays.copyOf(resized(grey(14, 9), 20, "exact"), 20))
                .containsExactly(
                        0, 4, 12, 27, 51, 80, 115, 159, 210, 227, 112, 145, 158, 62, 141, 150, 87, 200, 204, 159);
        assertThat(resized(grey(15, 9), 3, null)).containsExactly(132, 144, 146, 129, 131, 132, 127, 134, 111);
    }

    @Test
    void cropsTheMiddleOfALongPictureAndKeepsItAsItIsAtFullSize() throws IOException {
        int[] cropped = resized(grey(13, 9), 9, "crop");
        assertThat(cropped[0]).isEqualTo(2 * 2 * 7);
        assertThat(cropped[80]).isEqualTo((10 * 10 * 7 + 8 * 31 + 10 * 8 * 3) % 256);
    }

    @Test
    void readsTheFirstOfAHundredThousandFramesAndNoOther() {
        byte[] encoded = Bombs.gifOfManyFrames();
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
        Pixels pixels = assertTimeout(Duration.ofSeconds(10), () -> decode(encoded));
        assertThat(threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - before)
                .isLessThan(64 << 20);
        assertThat(pixels.shape().height()).isEqualTo(1);
        assertThat(pixels.shape().width()).isEqualTo(1);
    }
}
