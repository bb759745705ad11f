package io.winnow.dataset.picture;

import static io.winnow.dataset.picture.LosslessFixture.canvas;
import static io.winnow.dataset.picture.LosslessFixture.chunk;
import static io.winnow.dataset.picture.LosslessFixture.riff;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.winnow.dataset.BadDataException;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** WebPs that would keep their decoder for minutes are refused before it sees them; others are not. */
@Timeout(60)
class WebpFileTests {

    private static final int ALPHA = 16;
    private static final int ANIMATION = 2;

    private static LosslessFixture small() {
        return new LosslessFixture(16, 16);
    }

    private static byte[] pixels() {
        return small().oneGroup().chunk();
    }

    /** A frame of 16×16 of an animation, with what makes it up. */
    private static byte[] frame(byte[]... parts) {
        byte[] head = {0, 0, 0, 0, 0, 0, 15, 0, 0, 15, 0, 0, 1, 0, 0, 0};
        byte[] all = head;
        for (byte[] part : parts) {
            all = Arrays.copyOf(all, all.length + part.length);
            System.arraycopy(part, 0, all, all.length - part.length, part.length);
        }
        return chunk("ANMF", all);
    }

    /** The transparency of 16×16, as a lossless picture without its head. */
    private static byte[] alpha(LosslessFixture picture) {
        byte[] whole = picture.chunk();
        byte[] data = Arrays.copyOfRange(whole, 8 + 4, whole.length);
        data[0] = 1;
        return chunk("ALPH", data);
    }

    static Stream<Arguments> right() {
        return Stream.of(
                Arguments.of("one colour", riff(pixels())),
                Arguments.of(
                        "each transform once",
                        small().predict().subtractGreen(1).oneGroup().webp()),
                Arguments.of(
                        "10,000 groups",
                        new LosslessFixture(400, 400).groups(10_000).webp()),
                Arguments.of("a canvas", riff(canvas(0), pixels())),
                Arguments.of("a note after it", riff(canvas(0), pixels(), chunk("EXIF", new byte[0]))),
                Arguments.of("frames", riff(canvas(ANIMATION), frame(pixels()), frame(pixels()))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("right")
    void decodesWhatEncodersWrite(String what, byte[] webp) {
        assertThatCode(() -> PictureFile.read(webp)).as(what).doesNotThrowAnyException();
    }

    static Stream<Arguments> wrong() {
        return Stream.of(
                Arguments.of(
                        "a transform twice", small().subtractGreen(2).oneGroup().webp()),
                Arguments.of(
                        "a transform twice, after one with a picture of its own",
                        small().predict().subtractGreen(2).oneGroup().webp()),
                Arguments.of(
                        "10,001 groups",
                        new LosslessFixture(404, 400).groups(10_001).webp()),
                Arguments.of("pixels twice", riff(canvas(0), pixels(), pixels())),
                Arguments.of("pixels twice in a frame", riff(canvas(ANIMATION), frame(pixels(), pixels()))),
                Arguments.of(
                        "transparency twice",
                        riff(canvas(ALPHA), alpha(small().oneGroup()), alpha(small().oneGroup()), pixels())),
                Arguments.of(
                        "a transform twice in the transparency",
                        riff(canvas(ALPHA), alpha(small().subtractGreen(2).oneGroup()), pixels())),
                Arguments.of("a larger picture in a small canvas", riff(canvas(0), lossy(16_383, 16_383))),
                Arguments.of("more notes than anybody writes", riff(notes(1_001))));
    }

    private static byte[] lossy(int width, int height) {
        return chunk("VP8 ", new byte[] {
            0, 0, 0, (byte) 0x9d, 1, 0x2a, (byte) width, (byte) (width >> 8), (byte) height, (byte) (height >> 8)
        });
    }

    private static byte[][] notes(int count) {
        byte[][] chunks = new byte[count + 2][];
        Arrays.fill(chunks, chunk("NOTE", new byte[0]));
        chunks[0] = canvas(0);
        chunks[count + 1] = pixels();
        return chunks;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("wrong")
    void refusesWhatNoEncoderWrites(String what, byte[] webp) {
        assertThatExceptionOfType(BadDataException.class)
                .as(what)
                .isThrownBy(() -> WebpFile.check(webp, 64_000_000))
                .withMessage(DamagedPicture.REASON);
    }

    @Test
    void refusesAPictureThatEndsBeforeItsPixelsInsteadOfMakingThemUp() {
        byte[] webp = new LosslessFixture(4_000, 4_000).longCodesAndNoPixels().webp();
        assertThatExceptionOfType(BadDataException.class).isThrownBy(() -> PictureFile.read(webp));
    }

    @Test
    void leavesOtherKindsOfPicturesAndScrapsToTheirReaders() {
        for (byte[] other : new byte[][] {{}, {'R', 'I', 'F', 'F'}, new byte[100], riff(new byte[0])}) {
            assertThatCode(() -> WebpFile.check(other, 1)).doesNotThrowAnyException();
        }
    }
}
