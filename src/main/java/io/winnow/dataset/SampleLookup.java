package io.winnow.dataset;

import io.winnow.platform.NotFoundException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/** Finds single samples. */
@Component
public class SampleLookup {

    private final Datasets datasets;
    private final ObjectProvider<SampleScores> sampleScores;

    SampleLookup(Datasets datasets, ObjectProvider<SampleScores> sampleScores) {
        this.datasets = datasets;
        this.sampleScores = sampleScores;
    }

    /**
     * One sample with what is known of it.
     *
     * @param index its position in the user's data
     * @throws NotFoundException when the split has no such sample
     */
    public Sample sample(ReadyDataset dataset, Split split, int index) {
        ReadyDataset.SplitInfo info = dataset.split(split);
        if (info == null || index < 0 || index >= info.sourceSize()) {
            throw new NotFoundException("dataset '%s' has no sample %d: its %s split has %d samples, counted from 0"
                    .formatted(
                            dataset.name(),
                            index,
                            split == Split.TRAIN ? "training" : "test",
                            info == null ? 0 : info.sourceSize()));
        }
        int kept = info.positions().kept(index);
        if (kept < 0) {
            throw new NotFoundException(
                    "sample %d of dataset '%s' could not be used and was skipped".formatted(index, dataset.name()));
        }
        Optional<SampleKeys> keys = datasets.keys(dataset, split);
        try (TensorStore store = datasets.open(dataset, split);
                SampleKeys names = keys.orElse(null)) {
            byte[] values = new byte[store.sampleBytes()];
            store.copyTo(kept, ByteBuffer.wrap(values));
            Map<String, Double> scores = new TreeMap<>();
            if (split == Split.TRAIN) {
                sampleScores.forEach(source -> scores.putAll(source.of(dataset.id(), kept)));
            }
            return new Sample(
                    index,
                    names == null ? null : names.key(index),
                    store.label(kept),
                    new Pixels(store.shape(), store.element(), values),
                    scores,
                    info.checksum());
        }
    }

    /**
     * @param key null where samples have none
     * @param scores newest score by method
     * @param splitChecksum checksum of the split that it belongs to
     */
    public record Sample(
            int index,
            @Nullable String key,
            int label,
            Pixels pixels,
            Map<String, Double> scores,
            String splitChecksum) {}
}
