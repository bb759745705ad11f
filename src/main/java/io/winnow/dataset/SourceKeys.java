package io.winnow.dataset;

/** The keys of kept samples, asked for by the positions in the user's data, as everywhere outside the tensor stores. */
record SourceKeys(SampleKeys kept, SourcePositions positions) implements SampleKeys {

    @Override
    public int size() {
        return kept.size() + positions.skippedCount();
    }

    @Override
    public String key(int index) {
        return kept.key(positions.kept(index));
    }

    @Override
    public void close() {
        kept.close();
    }
}
