package io.winnow.dataset.picture;

import java.awt.AlphaComposite;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.awt.image.PixelInterleavedSampleModel;
import java.awt.image.Raster;

/** Splits a picture into its channels. Transparency is laid over black; 16 bits are cut to the upper 8. */
final class Planes {

    private Planes() {}

    /** [channels, height, width] in sRGB, or grey with the weights of ITU-R BT.601 that PIL and OpenCV use. */
    static byte[] of(BufferedImage image, int channels) {
        int pixels = image.getWidth() * image.getHeight();
        byte[] planes = new byte[channels * pixels];
        if (image.getColorModel().getColorSpace().getNumComponents() == 1) {
            grey(image.getRaster(), planes, pixels, channels);
        } else if (channels == 3 && holdsBytes(image)) {
            interleaved(image.getRaster(), planes, pixels);
        } else {
            colour(image, planes, pixels, channels);
        }
        return planes;
    }

    /** Takes the samples as they are: the conversion of a grey colour space to sRGB would bend them. */
    private static void grey(Raster raster, byte[] planes, int pixels, int channels) {
        int width = raster.getWidth();
        int bits = raster.getSampleModel().getSampleSize(0);
        boolean alpha = raster.getNumBands() == 2;
        int opaque = (1 << bits) - 1;
        int[] row = new int[width];
        int[] opacity = new int[width];
        for (int y = 0; y < raster.getHeight(); y++) {
            raster.getSamples(raster.getMinX(), raster.getMinY() + y, width, 1, 0, row);
            if (alpha) {
                raster.getSamples(raster.getMinX(), raster.getMinY() + y, width, 1, 1, opacity);
            }
            for (int x = 0; x < width; x++) {
                long shown = alpha ? ((long) row[x] * opacity[x] + opaque / 2) / opaque : row[x];
                int value = (int) (bits > 8 ? shown >>> bits - 8 : shown * 255 / opaque);
                for (int c = 0; c < channels; c++) {
                    planes[c * pixels + y * width + x] = (byte) value;
                }
            }
        }
    }

    /** Whether it is as the readers of JPEG and PNG give most pictures: bytes of blue, green and red in sRGB. */
    private static boolean holdsBytes(BufferedImage image) {
        return image.getType() == BufferedImage.TYPE_3BYTE_BGR
                && image.getRaster().getParent() == null
                && image.getRaster().getSampleModel() instanceof PixelInterleavedSampleModel;
    }

    /** The same values as through the colour model, which takes several times as long as the decoder. */
    private static void interleaved(Raster raster, byte[] planes, int pixels) {
        PixelInterleavedSampleModel model = (PixelInterleavedSampleModel) raster.getSampleModel();
        byte[] values = ((DataBufferByte) raster.getDataBuffer()).getData();
        int width = raster.getWidth();
        for (int c = 0; c < 3; c++) {
            for (int y = 0; y < raster.getHeight(); y++) {
                int from = y * model.getScanlineStride() + model.getBandOffsets()[c];
                int to = c * pixels + y * width;
                for (int x = 0; x < width; x++, from += model.getPixelStride()) {
                    planes[to + x] = values[from];
                }
            }
        }
    }

    private static void colour(BufferedImage image, byte[] planes, int pixels, int channels) {
        int width = image.getWidth();
        BufferedImage opaque = image.getColorModel().hasAlpha() ? overBlack(image) : image;
        int[] row = new int[width];
        for (int y = 0; y < image.getHeight(); y++) {
            opaque.getRGB(0, y, width, 1, row, 0, width);
            for (int x = 0; x < width; x++) {
                int red = row[x] >> 16 & 0xFF;
                int green = row[x] >> 8 & 0xFF;
                int blue = row[x] & 0xFF;
                int at = y * width + x;
                if (channels == 1) {
                    planes[at] = (byte) ((299 * red + 587 * green + 114 * blue + 500) / 1000);
                } else {
                    planes[at] = (byte) red;
                    planes[pixels + at] = (byte) green;
                    planes[2 * pixels + at] = (byte) blue;
                }
            }
        }
    }

    private static BufferedImage overBlack(BufferedImage image) {
        BufferedImage opaque = new BufferedImage(image.getWidth(), image.getHeight(), BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = opaque.createGraphics();
        graphics.setColor(Color.BLACK);
        graphics.fillRect(0, 0, image.getWidth(), image.getHeight());
        graphics.setComposite(AlphaComposite.SrcOver);
        graphics.drawImage(image, 0, 0, null);
        graphics.dispose();
        return opaque;
    }
}
