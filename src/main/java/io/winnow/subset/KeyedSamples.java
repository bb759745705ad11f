package io.winnow.subset;

import io.winnow.dataset.SampleKeys;
import java.io.IOException;

/** A list whose samples carry the names that they have in the user's data. */
public record KeyedSamples(KeptSamples samples, SampleKeys keys) implements KeptSamples {

    @Override
    public int size() {
        return samples.size();
    }

    @Override
    public boolean weighted() {
        return samples.weighted();
    }

    @Override
    public boolean labelled() {
        return samples.labelled();
    }

    @Override
    public boolean keyed() {
        return true;
    }

    @Override
    public void scan(Reader reader) throws IOException {
        samples.scan(chunk -> {
            for (int row = 0; row < chunk.count(); row++) {
                chunk.keys[row] = keys.key(chunk.index(row));
            }
            reader.chunk(chunk);
        });
    }
}
