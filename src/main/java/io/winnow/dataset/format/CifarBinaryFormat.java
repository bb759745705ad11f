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
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * The binary version of CIFAR-10 and CIFAR-100: records of one or two label bytes and 3 × 32 × 32 values. Of CIFAR-100's two
 * labels the fine one is taken.
 */
@Component
final class CifarBinaryFormat implements DatasetFormat {

    private static final SampleShape SHAPE = new SampleShape(3, 32, 32);
    private static final int LARGEST_NAMES = 1 << 16;

    @Override
    public String id() {
        return "cifar-binary";
    }

    @Override
    public DatasetSource open(SourceFiles files, DatasetRegistration registration) throws IOException {
        if (!files.isDirectory()) {
            throw new InvalidRequestException("location", "must be the directory that holds the .bin files");
        }
        List<Path> trainFiles = find(files, registration, Split.TRAIN, List.of("data_batch_*.bin", "train.bin"));
        if (trainFiles.isEmpty()) {
            throw new InvalidRequestException(
                    registration.globs(Split.TRAIN).isEmpty() ? "location" : "files.train",
                    "no training files found; expected data_batch_1.bin … (CIFAR-10) or train.bin (CIFAR-100)");
        }
        List<Path> testFiles = find(files, registration, Split.TEST, List.of("test_batch.bin", "test.bin"));
        if (testFiles.isEmpty() && !registration.globs(Split.TEST).isEmpty()) {
            throw new InvalidRequestException("files.test", "matches no file");
        }
        Records train = new Records(files, registration, trainFiles);
        Records test = testFiles.isEmpty() ? null : new Records(files, registration, testFiles);
        train.labels.refuseOneClass();
        int largest = Math.max(train.labels.largest(), test == null ? 0 : test.labels.largest());
        return new DatasetSource(train, test, Classes.named(registration, classNames(files), largest));
    }

    private static List<Path> find(SourceFiles files, DatasetRegistration registration, Split split, List<String> usual)
            throws IOException {
        List<String> given = registration.globs(split);
        return files.match(given.isEmpty() ? usual : given, split == Split.TRAIN ? "files.train" : "files.test");
    }

    /** The names in the text file that comes with the data, one a line. */
    private static List<String> classNames(SourceFiles files) throws IOException {
        List<Path> found = files.match(List.of("batches.meta.txt", "fine_label_names.txt"), "location");
        if (found.isEmpty()) {
            return List.of();
        }
        try (InputStream in = files.open(found.get(0))) {
            return new String(in.readNBytes(LARGEST_NAMES), StandardCharsets.UTF_8)
                    .lines()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty())
                    .toList();
        }
    }

    /** All records of a split's files. */
    private static final class Records implements SplitSource {

        private final SourceFiles files;
        private final List<Path> paths;
        private final int labelBytes;
        private final int size;
        private final LabelCounts labels;
        private final FileStarts starts = new FileStarts();

        Records(SourceFiles files, DatasetRegistration registration, List<Path> paths) throws IOException {
            this.files = files;
            this.paths = paths;
            this.labels = new LabelCounts(registration);
            this.labelBytes = labelBytes();
            long total = 0;
            byte[] record = new byte[labelBytes + SHAPE.size()];
            for (Path path : paths) {
                long records = length(path) / record.length;
                starts.add(total, files.name(path));
                try (InputStream in = new BufferedInputStream(files.open(path), 1 << 16)) {
                    for (long i = 0; i < records; i++) {
                        readRecord(in, record, path);
                        labels.add(record[labelBytes - 1] & 0xFF, i, files.name(path));
                    }
                }
                total += records;
            }
            this.size = Math.toIntExact(total);
        }

        /** One label byte or two: whichever makes the length of every file a whole number of records. */
        private int labelBytes() throws IOException {
            for (int bytes = 1; bytes <= 2; bytes++) {
                boolean fits = true;
                for (Path path : paths) {
                    long length = length(path);
                    fits &= length > 0 && length % (bytes + SHAPE.size()) == 0;
                }
                if (fits) {
                    return bytes;
                }
            }
            for (Path path : paths) {
                long length = length(path);
                if (length == 0 || length % (1 + SHAPE.size()) != 0 && length % (2 + SHAPE.size()) != 0) {
                    throw new BadDataException(
                            "%s has %d bytes, which is no multiple of 3073 (CIFAR-10) or 3074 (CIFAR-100)"
                                    .formatted(files.name(path), length));
                }
            }
            throw new BadDataException("the files of a split are partly CIFAR-10 and partly CIFAR-100");
        }

        private long length(Path path) throws IOException {
            try (var channel = files.channel(path)) {
                return channel.size();
            }
        }

        private void readRecord(InputStream in, byte[] record, Path path) throws IOException {
            if (in.readNBytes(record, 0, record.length) < record.length) {
                throw new BadDataException(files.name(path) + " was cut short while it was read");
            }
        }

        @Override
        public int size() {
            return size;
        }

        @Override
        public String file(int index) {
            return starts.place(index, "record");
        }

        @Override
        public List<Path> files() {
            return paths;
        }

        @Override
        public SampleReader open() {
            return new FileByFile<OpenFile>(paths) {

                @Override
                OpenFile open(Path path) throws IOException {
                    return new OpenFile(new BufferedInputStream(files.open(path), 1 << 16), path);
                }

                @Override
                @Nullable
                RawSample next(OpenFile file) throws IOException {
                    if (file.atEnd()) {
                        return null;
                    }
                    byte[] record = new byte[labelBytes + SHAPE.size()];
                    readRecord(file.in, record, file.path);
                    byte[] pixels = new byte[SHAPE.size()];
                    System.arraycopy(record, labelBytes, pixels, 0, pixels.length);
                    return new RawSample(record[labelBytes - 1] & 0xFF, () -> new Pixels(SHAPE, pixels));
                }
            };
        }
    }

    private record OpenFile(InputStream in, Path path) implements Closeable {

        boolean atEnd() throws IOException {
            in.mark(1);
            boolean end = in.read() < 0;
            in.reset();
            return end;
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
