package io.winnow.dataset.format;

import io.winnow.dataset.BadDataException;
import io.winnow.dataset.DatasetFormat;
import io.winnow.dataset.DatasetRegistration;
import io.winnow.dataset.DatasetSource;
import io.winnow.dataset.SourceFiles;
import io.winnow.dataset.Split;
import io.winnow.platform.InvalidRequestException;
import io.winnow.surrogate.SampleShape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * NumPy arrays of pictures, or of vectors of features, and labels: {@code .npy} files, or the members of one {@code .npz}.
 */
@Component
final class NpyFormat implements DatasetFormat {

    /** The names in use for pictures and labels of each split, such as those of Keras and MedMNIST. */
    private static final Map<Split, List<List<String>>> USUAL = Map.of(
            Split.TRAIN,
            List.of(
                    List.of(
                            "x_train",
                            "X_train",
                            "train_images",
                            "train_x",
                            "train_data",
                            "train_features",
                            "train_embeddings",
                            "images",
                            "features",
                            "embeddings",
                            "x",
                            "X",
                            "data"),
                    List.of(
                            "y_train",
                            "Y_train",
                            "train_labels",
                            "train_y",
                            "train_targets",
                            "labels",
                            "y",
                            "Y",
                            "targets")),
            Split.TEST,
            List.of(
                    List.of(
                            "x_test",
                            "X_test",
                            "test_images",
                            "test_x",
                            "test_data",
                            "test_features",
                            "test_embeddings",
                            "x_val",
                            "val_images"),
                    List.of("y_test", "Y_test", "test_labels", "test_y", "test_targets", "y_val", "val_labels")));

    @Override
    public String id() {
        return "npy";
    }

    @Override
    public DatasetSource open(SourceFiles files, DatasetRegistration registration) throws IOException {
        NpySplit train = split(files, registration, Split.TRAIN);
        if (train == null) {
            throw new InvalidRequestException(
                    "location",
                    "no training arrays found; expected x_train and y_train, or train_images and train_labels, as .npy files "
                            + "or in one .npz");
        }
        NpySplit test = split(files, registration, Split.TEST);
        if (train.isFeatures()) {
            refuseWhatIsForPictures(registration);
        }
        if (test != null && !test.shape().equals(train.shape())) {
            throw new BadDataException(
                    "the test samples are of %s, but the training samples of %s (channels × height × width)"
                            .formatted(text(test.shape()), text(train.shape())));
        }
        train.labelCounts().refuseOneClass();
        int largest = Math.max(
                train.labelCounts().largest(),
                test == null ? 0 : test.labelCounts().largest());
        return new DatasetSource(train, test, Classes.named(registration, List.of(), largest));
    }

    private static String text(SampleShape shape) {
        return "%d×%d×%d".formatted(shape.channels(), shape.height(), shape.width());
    }

    private static void refuseWhatIsForPictures(DatasetRegistration registration) {
        new InvalidRequestException.Collector()
                .require(registration.resize() == null, "resize", "is for pictures, and these are features")
                .require(registration.channels() == null, "channels", "is for pictures, and these are features")
                .throwIfAny();
    }

    private static @Nullable NpySplit split(SourceFiles files, DatasetRegistration registration, Split split)
            throws IOException {
        List<String> given = registration.globs(split);
        if (given.isEmpty()) {
            Map<String, NpyArray.Entry> entries = entries(files);
            NpyArray.Entry pictures = first(entries, USUAL.get(split).get(0));
            NpyArray.Entry labels = first(entries, USUAL.get(split).get(1));
            if (pictures == null && labels == null) {
                return null;
            }
            if (pictures == null || labels == null) {
                throw new InvalidRequestException(
                        "location",
                        "%s belongs to %s that are missing"
                                .formatted(
                                        (pictures == null ? labels : pictures).name(),
                                        pictures == null ? "pictures or features" : "labels"));
            }
            return NpySplit.of(NpyArray.open(pictures), NpyArray.open(labels), registration);
        }
        String field = split == Split.TRAIN ? "files.train" : "files.test";
        List<NpyArray> pictures = new ArrayList<>();
        List<NpyArray> labels = new ArrayList<>();
        for (Path path : files.match(given, field)) {
            NpyArray array = NpyArray.open(NpyEntries.file(files, path));
            (array.isFloat() || array.shape().length > 1 && array.shape()[1] > 1 ? pictures : labels).add(array);
        }
        if (pictures.size() != 1 || labels.size() != 1) {
            throw new InvalidRequestException(
                    field,
                    "must match one array of pictures or features and one of labels, not %d and %d"
                            .formatted(pictures.size(), labels.size()));
        }
        return NpySplit.of(pictures.get(0), labels.get(0), registration);
    }

    private static Map<String, NpyArray.Entry> entries(SourceFiles files) throws IOException {
        List<Path> archives = files.match(List.of("*.npz"), "location");
        List<Path> arrays = files.match(List.of("*.npy"), "location");
        if (arrays.isEmpty() && archives.size() == 1) {
            return NpyEntries.archive(files, archives.get(0));
        }
        if (arrays.isEmpty() && archives.size() > 1) {
            throw new InvalidRequestException(
                    "location", "holds several .npz archives; name one of them as the location");
        }
        if (!files.isDirectory()) {
            throw new BadDataException("the location must be an .npz archive or a directory of .npy files");
        }
        Map<String, NpyArray.Entry> entries = new TreeMap<>();
        for (Path path : arrays) {
            String name = files.name(path);
            entries.put(name.substring(0, name.length() - ".npy".length()), NpyEntries.file(files, path));
        }
        return entries;
    }

    private static NpyArray.@Nullable Entry first(Map<String, NpyArray.Entry> entries, List<String> names) {
        for (String name : names) {
            NpyArray.Entry entry = entries.get(name);
            if (entry != null) {
                return entry;
            }
        }
        return null;
    }
}
