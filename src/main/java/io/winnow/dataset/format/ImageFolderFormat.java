package io.winnow.dataset.format;

import io.winnow.dataset.BadDataException;
import io.winnow.dataset.DatasetFormat;
import io.winnow.dataset.DatasetRegistration;
import io.winnow.dataset.DatasetSource;
import io.winnow.dataset.DatasetSource.RawSample;
import io.winnow.dataset.DatasetSource.SampleReader;
import io.winnow.dataset.DatasetSource.SplitSource;
import io.winnow.dataset.SourceFiles;
import io.winnow.dataset.picture.PictureDecoder;
import io.winnow.platform.InvalidRequestException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * A folder for each class with its pictures, as ImageNet has it, below {@code train} and {@code test} or {@code val}; without
 * these the location itself is the training split. Samples are in the order of class, then file name, as torchvision's
 * ImageFolder has them.
 */
@Component
final class ImageFolderFormat implements DatasetFormat {

    private static final List<String> TEST_FOLDERS = List.of("test", "val", "validation", "valid");

    @Override
    public String id() {
        return "image-folder";
    }

    @Override
    public DatasetSource open(SourceFiles files, DatasetRegistration registration) throws IOException {
        if (!files.isDirectory()) {
            throw new InvalidRequestException("location", "must be a directory with a folder for each class");
        }
        if (registration.files() != null) {
            throw new InvalidRequestException(
                    "files", "is not taken by image-folder, whose folders say what belongs where");
        }
        Path below = files.location().resolve("train");
        boolean split = files.isDirectory(below);
        List<Path> folders = files.folders(split ? below : files.location());
        List<String> names =
                folders.stream().map(folder -> folder.getFileName().toString()).toList();
        if (names.size() < 2) {
            throw new BadDataException("there must be a folder for each of at least two classes%s, not %s"
                    .formatted(split ? " below train" : "", names));
        }
        Listing train = new Listing(files, folders, labels(names, names));
        Listing test = null;
        for (String name : split ? TEST_FOLDERS : List.<String>of()) {
            Path candidate = files.location().resolve(name);
            if (test == null && files.isDirectory(candidate)) {
                List<Path> found = files.folders(candidate);
                List<String> classes = found.stream()
                        .map(folder -> folder.getFileName().toString())
                        .toList();
                test = new Listing(files, found, labels(classes, names));
            }
        }
        train.refuseOneClass();
        PictureDecoder decoder = train.decoder(registration);
        return new DatasetSource(
                train.with(decoder),
                test == null || test.size() == 0 ? null : test.with(decoder),
                Classes.named(registration, names, names.size() - 1));
    }

    private static int[] labels(List<String> folders, List<String> classes) throws BadDataException {
        int[] labels = new int[folders.size()];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = classes.indexOf(folders.get(i));
            if (labels[i] < 0) {
                throw new BadDataException(
                        "the test split has a folder '%s' that train has not".formatted(folders.get(i)));
            }
        }
        return labels;
    }

    /** The pictures of a split: only their names are kept. */
    private static final class Listing {

        private final SourceFiles files;
        private final List<Path> folders;
        private final int[] labels;
        private final List<List<String>> names = new ArrayList<>();
        /** The first sample of each folder. */
        private final int[] starts;

        private int size;

        Listing(SourceFiles files, List<Path> folders, int[] labels) throws IOException {
            this.files = files;
            this.folders = folders;
            this.labels = labels;
            this.starts = new int[folders.size()];
            for (Path folder : folders) {
                starts[names.size()] = size;
                List<String> found = files.filesBelow(folder, PictureDecoder.ENDINGS);
                names.add(found);
                size = Math.addExact(size, found.size());
            }
        }

        int size() {
            return size;
        }

        void refuseOneClass() throws BadDataException {
            if (names.stream().filter(list -> !list.isEmpty()).count() < 2) {
                throw new BadDataException("fewer than two classes have a picture (%s)"
                        .formatted(String.join(
                                ", ", PictureDecoder.ENDINGS.stream().sorted().toList())));
            }
        }

        PictureDecoder decoder(DatasetRegistration registration) throws IOException {
            List<Path> all = paths();
            for (int i = 0; ; i++) {
                Path path = all.get(i);
                try {
                    return PictureDecoder.startingWith(files.read(path, PictureDecoder.MOST_BYTES), registration);
                } catch (BadDataException e) {
                    if (i >= registration.mostBadSamples() || i == all.size() - 1) {
                        throw new BadDataException(files.name(path) + " " + e.getMessage());
                    }
                }
            }
        }

        Path path(int folder, int index) {
            return folders.get(folder).resolve(names.get(folder).get(index));
        }

        /** All pictures in their order; each path is made when it is asked for. */
        List<Path> paths() {
            return new AbstractList<>() {
                @Override
                public Path get(int index) {
                    return path(index);
                }

                @Override
                public int size() {
                    return size;
                }
            };
        }

        private Path path(int index) {
            int folder = Arrays.binarySearch(starts, index);
            folder = folder < 0 ? -folder - 2 : folder;
            while (names.get(folder).isEmpty()) {
                folder++;
            }
            return path(folder, index - starts[folder]);
        }

        SplitSource with(PictureDecoder decoder) {
            return new SplitSource() {
                @Override
                public int size() {
                    return size;
                }

                @Override
                public String file(int index) {
                    return files.name(path(index));
                }

                @Override
                public List<Path> files() {
                    return paths();
                }

                @Override
                public SampleReader open() {
                    return new Pictures(Listing.this, decoder);
                }
            };
        }
    }

    /** The files are read where they are decoded, so that reading is parallel too. */
    private static final class Pictures implements SampleReader {

        private final Listing listing;
        private final PictureDecoder decoder;
        private int folder;
        private int index;

        Pictures(Listing listing, PictureDecoder decoder) {
            this.listing = listing;
            this.decoder = decoder;
        }

        @Override
        public @Nullable RawSample next() {
            while (folder < listing.names.size()
                    && index == listing.names.get(folder).size()) {
                folder++;
                index = 0;
            }
            if (folder == listing.names.size()) {
                return null;
            }
            Path path = listing.path(folder, index++);
            return new RawSample(
                    listing.labels[folder],
                    listing.files.name(path),
                    () -> decoder.decode(listing.files.read(path, PictureDecoder.MOST_BYTES)));
        }

        @Override
        public void close() {
            // Nothing is held open between samples.
        }
    }
}
