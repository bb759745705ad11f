package io.winnow.dataset.picture;

import io.winnow.dataset.BadDataException;
import io.winnow.dataset.DatasetRegistration;
import io.winnow.dataset.Pixels;
import io.winnow.surrogate.SampleShape;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decodes the pictures of a dataset to one number of channels and, where the registration asks for it, to one size. Safe for
 * several threads.
 */
public final class PictureDecoder {

    /** The longest encoded picture that is decoded. */
    public static final int MOST_BYTES = 32 << 20;

    /** How the names of pictures end that can be decoded. */
    public static final Set<String> ENDINGS = Set.of("jpg", "jpeg", "png", "webp", "bmp", "gif");

    private final int channels;
    private final boolean channelsGiven;
    private final DatasetRegistration.@Nullable Resize resize;

    private PictureDecoder(int channels, boolean channelsGiven, DatasetRegistration.@Nullable Resize resize) {
        this.channels = channels;
        this.channelsGiven = channelsGiven;
        this.resize = resize;
    }

    /**
     * A decoder for a dataset that begins with this picture: grey when the first picture is, in colour otherwise, unless the
     * registration says how many channels there shall be.
     */
    public static PictureDecoder startingWith(byte[] first, DatasetRegistration registration) throws BadDataException {
        Integer given = registration.channels();
        if (given != null) {
            return new PictureDecoder(given, true, registration.resize());
        }
        return new PictureDecoder(isGrey(PictureFile.read(first)) ? 1 : 3, false, registration.resize());
    }

    private static boolean isGrey(BufferedImage image) {
        if (image.getColorModel() instanceof IndexColorModel palette) {
            for (int i = 0; i < palette.getMapSize(); i++) {
                if (palette.getRed(i) != palette.getGreen(i) || palette.getGreen(i) != palette.getBlue(i)) {
                    return false;
                }
            }
            return true;
        }
        return image.getColorModel().getColorSpace().getNumComponents() == 1;
    }

    /** @throws BadDataException when it is no picture that can be decoded, or in colour where the first one was grey */
    public Pixels decode(byte[] encoded) throws BadDataException {
        BufferedImage image = PictureFile.read(encoded);
        if (channels == 1 && !channelsGiven && !isGrey(image)) {
            throw new BadDataException(
                    "is in colour, but the first picture is grey; register with \"channels\": 3 for colour or 1 for grey");
        }
        byte[] planes = Planes.of(image, channels);
        SampleShape shape = new SampleShape(channels, image.getHeight(), image.getWidth());
        Pixels pixels = new Pixels(shape, planes);
        return resize == null ? pixels : Resampling.apply(pixels, resize);
    }
}
