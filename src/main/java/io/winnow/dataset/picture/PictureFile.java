package io.winnow.dataset.picture;

import io.winnow.dataset.BadDataException;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Reads a JPEG, PNG, WebP, BMP or GIF (its first frame) and turns it upright. Its size is looked at before it is decoded. The
 * JDK's readers come first, being the fastest; the others read what those refuse, such as JPEG in CMYK.
 */
final class PictureFile {

    private static final int MOST_BYTES = PictureDecoder.MOST_BYTES;
    private static final long MOST_PIXELS = 64_000_000;
    private static final Set<String> KINDS = Set.of("jpeg", "png", "webp", "bmp", "gif");

    private PictureFile() {}

    static BufferedImage read(byte[] encoded) throws BadDataException {
        if (encoded.length > MOST_BYTES) {
            throw new BadDataException(
                    "is a file of %d bytes; at most %d are decoded".formatted(encoded.length, MOST_BYTES));
        }
        String reason = "is no picture that can be decoded (JPEG, PNG, WebP, BMP or GIF)";
        for (ImageReader reader : readers(encoded)) {
            try (ImageInputStream in = input(encoded)) {
                reader.setInput(in, true, true);
                checkSize(reader);
                WebpFile.check(encoded, MOST_PIXELS);
                JpegScans.check(encoded, (long) reader.getWidth(0) * reader.getHeight(0));
                BufferedImage image = reader.read(0);
                if (isJdk(reader) && image.getColorModel().getColorSpace().getType() == ColorSpace.TYPE_CMYK) {
                    // The JDK bends the colours of these as if their inks were lights.
                    continue;
                }
                return Orientation.of(encoded).apply(image);
            } catch (BadDataException e) {
                throw e;
            } catch (IOException | RuntimeException e) {
                reason = DamagedPicture.REASON;
            } finally {
                reader.dispose();
            }
        }
        throw new BadDataException(reason);
    }

    private static ImageInputStream input(byte[] encoded) {
        return WebpFile.mayBeLossless(encoded)
                ? new LosslessInput(encoded)
                : new MemoryCacheImageInputStream(new ByteArrayInputStream(encoded));
    }

    private static void checkSize(ImageReader reader) throws IOException {
        long pixels = (long) reader.getWidth(0) * reader.getHeight(0);
        if (pixels > MOST_PIXELS) {
            throw new BadDataException("is a picture of %d×%d pixels; at most %d are decoded"
                    .formatted(reader.getWidth(0), reader.getHeight(0), MOST_PIXELS));
        }
    }

    private static List<ImageReader> readers(byte[] encoded) throws BadDataException {
        List<ImageReader> readers = new ArrayList<>();
        try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(encoded))) {
            for (Iterator<ImageReader> found = ImageIO.getImageReaders(in); found.hasNext(); ) {
                ImageReader reader = found.next();
                if (KINDS.contains(reader.getOriginatingProvider()
                                .getFormatNames()[0]
                                .toLowerCase(Locale.ROOT))
                        || isJpeg(reader)) {
                    readers.add(reader);
                }
            }
        } catch (IOException | RuntimeException e) {
            throw new BadDataException(DamagedPicture.REASON);
        }
        readers.sort(Comparator.comparing(reader -> isJdk(reader) ? 0 : 1));
        return readers;
    }

    private static boolean isJdk(ImageReader reader) {
        return reader.getClass().getName().startsWith("com.sun.");
    }

    private static boolean isJpeg(ImageReader reader) {
        for (String name : reader.getOriginatingProvider().getFormatNames()) {
            if (name.equalsIgnoreCase("jpeg")) {
                return true;
            }
        }
        return false;
    }
}
