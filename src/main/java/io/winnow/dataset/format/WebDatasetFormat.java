package io.winnow.dataset.format;

import io.winnow.dataset.BadDataException;
import io.winnow.dataset.DatasetFormat;
import io.winnow.dataset.DatasetRegistration;
import io.winnow.dataset.DatasetSource;
import io.winnow.dataset.DatasetSource.RawSample;
import io.winnow.dataset.DatasetSource.SampleReader;
import io.winnow.dataset.DatasetSource.SplitSource;
import io.winnow.dataset.SourceFiles;
import io.winnow.dataset.Split;
import io.winnow.dataset.format.TarSamples.TarSample;
import io.winnow.dataset.picture.PictureDecoder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Tar shards of pictures ({@code .jpg}, {@code .png} …) with their labels ({@code .cls} or {@code .json}). */
@Component
final class WebDatasetFormat implements DatasetFormat {

    private static final List<String> ENDINGS = List.of(".tar");

    @Override
    public String id() {
        return "webdataset";
    }

    @Override
    public DatasetSource open(SourceFiles files, DatasetRegistration registration) throws IOException {
        List<Path> trainFiles = SplitFiles.of(files, registration, Split.TRAIN, ENDINGS);
        List<Path> testFiles = SplitFiles.of(files, registration, Split.TEST, ENDINGS);
        if (trainFiles.isEmpty()) {
            throw new BadDataException("the location is not a .tar file");
        }
        PictureDecoder decoder = decoder(files, trainFiles, registration);
        Shards train = new Shards(files, registration, trainFiles, decoder);
        Shards test = testFiles.isEmpty() ? null : new Shards(files, registration, testFiles, decoder);
        train.labels.refuseOneClass();
        int largest = Math.max(train.labels.largest(), test == null ? 0 : test.labels.largest());
        return new DatasetSource(train, test, Classes.named(registration, List.of(), largest));
    }

    private static PictureDecoder decoder(SourceFiles files, List<Path> paths, DatasetRegistration registration)
            throws IOException {
        int bad = 0;
        for (Path path : paths) {
            try (TarSamples samples = new TarSamples(files, path, true)) {
                TarSample sample;
                while ((sample = samples.next()) != null) {
                    try {
                        return PictureDecoder.startingWith(sample.usable().picture(), registration);
                    } catch (BadDataException e) {
                        if (bad++ == registration.mostBadSamples()) {
                            throw new BadDataException(
                                    "%s (sample '%s'): %s".formatted(files.name(path), sample.key(), e.getMessage()));
                        }
                    }
                }
            }
        }
        throw new BadDataException(files.name(paths.get(0)) + " holds no sample");
    }

    /** The shards of a split, one after another; looked through for labels when it is opened. */
    private static final class Shards implements SplitSource {

        private final SourceFiles files;
        private final List<Path> paths;
        private final PictureDecoder decoder;
        private final LabelCounts labels;
        private final FileStarts starts = new FileStarts();
        private int size;

        Shards(SourceFiles files, DatasetRegistration registration, List<Path> paths, PictureDecoder decoder)
                throws IOException {
            this.files = files;
            this.paths = paths;
            this.decoder = decoder;
            this.labels = new LabelCounts(registration);
            for (Path path : paths) {
                starts.add(size, files.name(path));
                TarSamples.refuseWithoutEnd(files, path);
                try (TarSamples samples = new TarSamples(files, path, false)) {
                    TarSample sample;
                    while ((sample = samples.next()) != null) {
                        try {
                            labels.add(sample.usable().label(), size, files.name(path));
                        } catch (BadDataException e) {
                            labels.addBad(e);
                        }
                        size = Math.addExact(size, 1);
                    }
                }
            }
        }

        @Override
        public int size() {
            return size;
        }

        @Override
        public String file(int index) {
            return starts.place(index, "sample");
        }

        @Override
        public List<Path> files() {
            return paths;
        }

        @Override
        public SampleReader open() {
            return new FileByFile<TarSamples>(paths) {

                @Override
                TarSamples open(Path path) throws IOException {
                    return new TarSamples(files, path, true);
                }

                @Override
                @Nullable
                RawSample next(TarSamples samples) throws IOException {
                    TarSample sample = samples.next();
                    return sample == null ? null : raw(sample);
                }
            };
        }

        private RawSample raw(TarSample sample) {
            BadDataException bad = sample.bad();
            return bad == null
                    ? new RawSample(sample.label(), sample.key(), () -> decoder.decode(sample.picture()))
                    : RawSample.unusable(sample.key(), bad);
        }
    }
}
