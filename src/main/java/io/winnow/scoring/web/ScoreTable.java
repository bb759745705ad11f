package io.winnow.scoring.web;

import io.winnow.dataset.SourcePositions;
import io.winnow.platform.tabular.Table;
import io.winnow.scoring.ScoreStore.ChunkConsumer;
import java.io.IOException;
import java.util.List;

/** Scores as rows of index, which is the position in the user's data, and score. */
final class ScoreTable implements Table {

    private final Source source;
    private final SourcePositions positions;
    private float[] chunk = {};
    private long first;

    ScoreTable(Source source, SourcePositions positions) {
        this.source = source;
        this.positions = positions;
    }

    /** Where the scores come from, chunk by chunk. */
    @FunctionalInterface
    interface Source {
        void read(ChunkConsumer consumer) throws IOException;
    }

    @Override
    public List<Column> columns() {
        return List.of(
                new Integers("index", row -> positions.source(Math.toIntExact(first + row))),
                new Floats("score", row -> chunk[row]));
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
