package io.winnow.dataset.picture;

import io.winnow.dataset.DatasetRegistration;
import io.winnow.testing.FuzzTarget;
import io.winnow.testing.PictureFixture;
import io.winnow.testing.Registrations;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Pictures in all the kinds that are decoded. */
public final class PictureFuzz {

    private static final Path FOLDER = Path.of("src/test/resources/pictures");

    private PictureFuzz() {}

    /** Decoded as the first of a data set and as one of a data set in colour, cut to a square. */
    public static final class Picture implements FuzzTarget {

        private static final DatasetRegistration AS_IT_IS = Registrations.of("data", "image-folder", "data");
        private static final DatasetRegistration COLOUR_SQUARES = new DatasetRegistration(
                "data",
                "image-folder",
                "data",
                null,
                null,
                null,
                null,
                3,
                new DatasetRegistration.Resize(8, null),
                null,
                null);

        @Override
        public void read(byte[] input) throws IOException {
            PictureDecoder.startingWith(input, AS_IT_IS).decode(input);
            PictureDecoder.startingWith(input, COLOUR_SQUARES).decode(input);
        }

        @Override
        public List<byte[]> seeds() throws IOException {
            List<byte[]> seeds = new ArrayList<>();
            for (String name : List.of("cmyk.jpg", "frames.gif", "lossless.webp", "lossy.webp", "turned.jpg")) {
                seeds.add(Files.readAllBytes(FOLDER.resolve(name)));
            }
            for (String kind : List.of("png", "jpg", "bmp", "gif")) {
                seeds.add(PictureFixture.encode(PictureFixture.noise(5, 4, BufferedImage.TYPE_BYTE_GRAY, 1), kind));
                seeds.add(PictureFixture.encode(PictureFixture.noise(4, 5, BufferedImage.TYPE_INT_RGB, 2), kind));
            }
            seeds.add(PictureFixture.encode(PictureFixture.noise(3, 3, BufferedImage.TYPE_USHORT_GRAY, 3), "png"));
            seeds.add(PictureFixture.encode(PictureFixture.noise(3, 3, BufferedImage.TYPE_INT_ARGB, 4), "png"));
            return seeds;
        }
    }
}
