package io.winnow.dataset.format;

import io.winnow.dataset.BadDataException;
import io.winnow.dataset.DatasetFormat;
import io.winnow.dataset.DatasetRegistration;
import io.winnow.dataset.DatasetSource;
import io.winnow.dataset.DatasetSource.RawSample;
import io.winnow.dataset.DatasetSource.SampleReader;
import io.winnow.dataset.DatasetSource.SplitSource;
import io.winnow.dataset.Pixels;
import io.winnow.dataset.SourceFiles;
import io.winnow.dataset.Split;
import io.winnow.platform.InvalidRequestException;
import io.winnow.surrogate.SampleShape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * The format of MNIST and its kin: a file of grey pictures and one of labels for each split, told apart by their number of
 * dimensions.
 */
@Component
final class IdxFormat implements DatasetFormat {

    /** Compressed data below this size is decompressed once at registration, to refuse at once what is cut short. */
    private static final long CHECKED_AT_ONCE = 256L << 20;

    @Override
    public String id() {
        return "idx";
    }

    @Override
    public DatasetSource open(SourceFiles files, DatasetRegistration registration) throws IOException {
        if (!files.isDirectory()) {
            throw new InvalidRequestException("location", "must be the directory that holds the IDX files");
        }
        IdxSplit train = find(files, registration, Split.TRAIN);
        if (train == null) {
            throw new InvalidRequestException(
                    registration.globs(Split.TRAIN).isEmpty() ? "location" : "files.train",
                    "no training files found; expected train-images-idx3-ubyte and train-labels-idx1-ubyte, plain or .gz");
        }
        IdxSplit test = find(files, registration, Split.TEST);
        if (test == null && !registration.globs(Split.TEST).isEmpty()) {
            throw new InvalidRequestException("files.test", "matches no file");
        }
        LabelCounts trainLabels = train.countLabels(registration);
        trainLabels.refuseOneClass();
        int largest = Math.max(
                trainLabels.largest(),
                test == null ? 0 : test.countLabels(registration).largest());
        return new DatasetSource(train, test, Classes.named(registration, List.of(), largest));
    }

    private static @Nullable IdxSplit find(SourceFiles files, DatasetRegistration registration, Split split)
            throws IOException {
        String field = split == Split.TRAIN ? "files.train" : "files.test";
        List<String> given = registration.globs(split);
        List<Path> paths = files.match(given.isEmpty() ? usualNames(split) : given, field);
        List<IdxFile> pictures = new ArrayList<>();
        List<IdxFile> labels = new ArrayList<>();
        for (Path path : paths) {
            IdxFile file = IdxFile.open(files, path);
            (file.holdsPictures() ? pictures : labels).add(file);
        }
        if (pictures.isEmpty() && labels.isEmpty()) {
            return null;
        }
        String where = given.isEmpty() ? "location" : field;
        IdxSplit found = new IdxSplit(only(pictures, where, "pictures", split), only(labels, where, "labels", split));
        found.check();
        return found;
    }

    private static IdxFile only(List<IdxFile> found, String field, String what, Split split) {
        String name = split == Split.TRAIN ? "training" : "test";
        if (found.isEmpty()) {
            throw new InvalidRequestException(field, "the %s %s are missing".formatted(name, what));
        }
        if (found.size() > 1) {
            throw new InvalidRequestException(
                    field,
                    "several files hold %s %s: %s"
                            .formatted(
                                    name,
                                    what,
                                    found.stream().map(IdxFile::name).toList()));
        }
        return found.get(0);
    }

    private static List<String> usualNames(Split split) {
        Stream<String> names = split == Split.TRAIN ? Stream.of("train") : Stream.of("t10k", "test");
        return names.flatMap(name -> Stream.of("*" + name + "-images?idx3-ubyte", "*" + name + "-labels?idx1-ubyte"))
                .flatMap(name -> Stream.of(name, name + ".gz"))
                .toList();
    }

    private record IdxSplit(IdxFile pictures, IdxFile labels) implements SplitSource {

        void check() throws IOException {
            if (pictures.items() != labels.items()) {
                throw new BadDataException("%s holds %d pictures, but %s holds %d labels"
                        .formatted(pictures.name(), pictures.items(), labels.name(), labels.items()));
            }
            if (pictures.isGzipped() && pictures.valueBytes() <= CHECKED_AT_ONCE) {
                byte[] picture = new byte[pictures.itemBytes()];
                try (IdxFile.Values values = pictures.values()) {
                    while (values.hasNext()) {
                        values.read(picture);
                    }
                    values.end();
                }
            }
        }

        LabelCounts countLabels(DatasetRegistration registration) throws IOException {
            LabelCounts counts = new LabelCounts(registration);
            byte[] label = new byte[1];
            try (IdxFile.Values values = labels.values()) {
                for (long i = 0; values.hasNext(); i++) {
                    values.read(label);
                    counts.add(label[0] & 0xFF, i, labels.name());
                }
                values.end();
            }
            return counts;
        }

        @Override
        public int size() {
            return pictures.items();
        }

        @Override
        public String file(int index) {
            return "%s (item %d)".formatted(pictures.name(), index);
        }

        @Override
        public List<Path> files() {
            return List.of(pictures.path(), labels.path());
        }

        @Override
        public SampleReader open() throws IOException {
            int[] dimensions = pictures.dimensions();
            SampleShape shape = new SampleShape(1, dimensions[1], dimensions[2]);
            IdxFile.Values pixels = pictures.values();
            IdxFile.Values classes;
            try {
                classes = labels.values();
            } catch (IOException e) {
                pixels.close();
                throw e;
            }
            return new SampleReader() {
                private final byte[] label = new byte[1];

                @Override
                public @Nullable RawSample next() throws IOException {
                    if (!pixels.hasNext()) {
                        pixels.end();
                        classes.end();
                        return null;
                    }
                    byte[] picture = new byte[shape.size()];
                    pixels.read(picture);
                    classes.read(label);
                    return new RawSample(label[0] & 0xFF, () -> new Pixels(shape, picture));
                }

                @Override
                public void close() throws IOException {
                    try (pixels) {
                        classes.close();
                    }
                }
            };
        }
    }
}
