package io.winnow.scoring.web;

import io.winnow.platform.tabular.Table;
import io.winnow.scoring.ScoreStore.ChunkConsumer;
import java.io.IOException;
import java.util.List;

/** Scores as rows of index and score. */
final class ScoreTable implements Table {

    private final Source source;
    private float[] chunk = {};
    private long first;

    ScoreTable(Source source) {
        this.source = source;
    }

    /** Where the scores come from, chunk by chunk. */
    @FunctionalInterface
    interface Source {
        void read(ChunkConsumer consumer) throws IOException;
    }

    @Override
    public List<Column> columns() {
        return List.of(new Integers("index", row -> first + row), new Floats("score", row -> chunk[row]));
    }

    @Override
    public void scan(Block block) throws IOException {
        source.read((index, scores) -> {
            first = index;
            chunk = scores;
            block.rows(scores.length);
        });
    }
}
