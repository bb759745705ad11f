package io.winnow.dataset.web;

import io.winnow.dataset.Pixels;
import io.winnow.platform.NotFoundException;
import io.winnow.surrogate.Element;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Draws a sample of one channel in grey and one of three in colour. */
final class Png {

    private Png() {}

    static byte[] of(Pixels pixels) throws IOException {
        int channels = pixels.shape().channels();
        if (pixels.element() != Element.UINT8 || channels != 1 && channels != 3) {
            throw new NotFoundException("the samples of this dataset are vectors of %d features, which are no pictures"
                    .formatted(channels));
        }
        int width = pixels.shape().width();
        int height = pixels.shape().height();
        BufferedImage image = new BufferedImage(
                width, height, channels == 1 ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_INT_RGB);
        byte[] values = pixels.values();
        int plane = width * height;
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int i = y * width + x;
                if (channels == 1) {
                    image.getRaster().setSample(x, y, 0, values[i] & 0xFF);
                } else {
                    image.setRGB(
                            x,
                            y,
                            (values[i] & 0xFF) << 16 | (values[i + plane] & 0xFF) << 8 | values[i + 2 * plane] & 0xFF);
                }
            }
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
            ImageIO.write(image, "png", out);
        }
        return bytes.toByteArray();
    }
}
