package io.winnow.dataset.picture;

import com.twelvemonkeys.imageio.metadata.Directory;
import com.twelvemonkeys.imageio.metadata.Entry;
import com.twelvemonkeys.imageio.metadata.jpeg.JPEG;
import com.twelvemonkeys.imageio.metadata.jpeg.JPEGSegment;
import com.twelvemonkeys.imageio.metadata.jpeg.JPEGSegmentUtil;
import com.twelvemonkeys.imageio.metadata.tiff.TIFF;
import com.twelvemonkeys.imageio.metadata.tiff.TIFFReader;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * How a camera held a JPEG's scene, by the Exif tag of values 1 to 8: the stored picture is mirrored left to right, then
 * turned.
 *
 * @param mirrored mirror it first
 * @param quarterTurns then turn it so many times by 90° clockwise
 */
record Orientation(boolean mirrored, int quarterTurns) {

    private static final Orientation UPRIGHT = new Orientation(false, 0);
    private static final byte[] EXIF = {'E', 'x', 'i', 'f', 0, 0};

    static Orientation of(byte[] encoded) {
        if (!mayHoldExif(encoded)) {
            return UPRIGHT;
        }
        try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(encoded))) {
            List<JPEGSegment> segments = JPEGSegmentUtil.readSegments(in, JPEG.APP1, "Exif");
            if (segments.isEmpty()) {
                return UPRIGHT;
            }
            byte[] exif = segments.get(0).data().readAllBytes();
            // The identifier's padding byte stands before the TIFF structure.
            try (ImageInputStream tiff =
                    new MemoryCacheImageInputStream(new ByteArrayInputStream(exif, 1, exif.length - 1))) {
                Directory directory = new TIFFReader().read(tiff);
                Entry entry = directory.getEntryById(TIFF.TAG_ORIENTATION);
                return entry != null && entry.getValue() instanceof Number value ? of(value.intValue()) : UPRIGHT;
            }
        } catch (IOException | RuntimeException e) {
            // Broken metadata says nothing about the picture itself.
            return UPRIGHT;
        }
    }

    private static Orientation of(int tag) {
        return switch (tag) {
            case 2 -> new Orientation(true, 0);
            case 3 -> new Orientation(false, 2);
            case 4 -> new Orientation(true, 2);
            case 5 -> new Orientation(true, 3);
            case 6 -> new Orientation(false, 1);
            case 7 -> new Orientation(true, 1);
            case 8 -> new Orientation(false, 3);
            default -> UPRIGHT;
        };
    }

    /** Whether it is a JPEG with the word Exif near its beginning, which few pictures of datasets are. */
    private static boolean mayHoldExif(byte[] encoded) {
        if (encoded.length < 4 || (encoded[0] & 0xFF) != 0xFF || (encoded[1] & 0xFF) != 0xD8) {
            return false;
        }
        int end = Math.min(encoded.length - EXIF.length, 1 << 16);
        for (int at = 2; at < end; at++) {
            int matched = 0;
            while (matched < EXIF.length && encoded[at + matched] == EXIF[matched]) {
                matched++;
            }
            if (matched == EXIF.length) {
                return true;
            }
        }
        return false;
    }

    BufferedImage apply(BufferedImage image) {
        if (equals(UPRIGHT)) {
            return image;
        }
        int width = image.getWidth();
        int height = image.getHeight();
        boolean sideways = quarterTurns % 2 == 1;
        BufferedImage upright = new BufferedImage(
                image.getColorModel(),
                image.getRaster().createCompatibleWritableRaster(sideways ? height : width, sideways ? width : height),
                image.isAlphaPremultiplied(),
                null);
        Object pixel = null;
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                pixel = image.getRaster().getDataElements(x, y, pixel);
                int left = mirrored ? width - 1 - x : x;
                int toX = switch (quarterTurns) {
                    case 1 -> height - 1 - y;
                    case 2 -> width - 1 - left;
                    case 3 -> y;
                    default -> left;
                };
                int toY = switch (quarterTurns) {
                    case 1 -> left;
                    case 2 -> height - 1 - y;
                    case 3 -> width - 1 - left;
                    default -> y;
                };
                upright.getRaster().setDataElements(toX, toY, pixel);
            }
        }
        return upright;
    }
}
