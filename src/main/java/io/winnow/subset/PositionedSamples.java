package io.winnow.subset;

import io.winnow.dataset.SourcePositions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;

/** A list of scored samples by their positions in the user's data, of which some may have been skipped. */
record PositionedSamples(KeptSamples samples, SourcePositions positions) implements KeptSamples {

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
    public void scan(Reader reader) throws IOException {
        samples.scan(chunk -> {
            for (int row = 0; row < chunk.count(); row++) {
                chunk.indices[row] = positions.source(chunk.indices[row]);
            }
            reader.chunk(chunk);
        });
    }

    /** The checksum of the list, whatever its order. */
    String checksum() {
        int[] ascending = new int[samples.size()];
        int[] filled = {0};
        try {
            scan(chunk -> {
                System.arraycopy(chunk.indices, 0, ascending, filled[0], chunk.count());
                filled[0] += chunk.count();
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Arrays.sort(ascending);
        return IndexChecksum.of(ascending);
    }
}
