package io.winnow.subset;

import java.io.IOException;

/**
 * A selection that is in memory with the samples it was made from.
 *
 * @param selection in the order of the list
 */
record SelectedSamples(Selection selection, ScoredSamples samples) implements KeptSamples {

    @Override
    public int size() {
        return selection.size();
    }

    @Override
    public boolean weighted() {
        return selection.weights() != null;
    }

    @Override
    public boolean labelled() {
        return samples.hasLabels();
    }

    @Override
    public void scan(Reader reader) throws IOException {
        int[] indices = selection.indices();
        double[] weights = selection.weights();
        boolean labelled = samples.hasLabels();
        Chunk chunk = new Chunk();
        for (int from = 0; from < indices.length; from += Chunk.CAPACITY) {
            chunk.count = Math.min(Chunk.CAPACITY, indices.length - from);
            System.arraycopy(indices, from, chunk.indices, 0, chunk.count);
            for (int row = 0; row < chunk.count; row++) {
                int index = chunk.indices[row];
                chunk.scores[row] = samples.score(index);
                chunk.weights[row] = weights == null ? 1 : weights[from + row];
                if (labelled) {
                    chunk.labels[row] = samples.label(index);
                }
            }
            reader.chunk(chunk);
        }
    }
}
