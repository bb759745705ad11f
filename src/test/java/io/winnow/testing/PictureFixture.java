package io.winnow.testing;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Random;
import javax.imageio.ImageIO;

/** Draws small pictures and encodes them. */
public final class PictureFixture {

    private PictureFixture() {}

    public static BufferedImage noise(int width, int height, int type, long seed) {
        BufferedImage image = new BufferedImage(width, height, type);
        Random random = new Random(seed);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int grey = random.nextInt(256);
                if (type == BufferedImage.TYPE_BYTE_GRAY) {
                    image.getRaster().setSample(x, y, 0, grey);
                } else {
                    image.setRGB(x, y, 0xFF000000 | random.nextInt(1 << 24));
                }
            }
        }
        return image;
    }

    public static byte[] encode(BufferedImage image, String kind) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            if (!ImageIO.write(image, kind, bytes)) {
                throw new IllegalArgumentException("no writer for " + kind);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** [3, height, width] as the picture has it. */
    public static byte[] planes(BufferedImage image) {
        int pixels = image.getWidth() * image.getHeight();
        byte[] planes = new byte[3 * pixels];
        for (int i = 0; i < pixels; i++) {
            int rgb = image.getRGB(i % image.getWidth(), i / image.getWidth());
            planes[i] = (byte) (rgb >> 16);
            planes[pixels + i] = (byte) (rgb >> 8);
            planes[2 * pixels + i] = (byte) rgb;
        }
        return planes;
    }
}
