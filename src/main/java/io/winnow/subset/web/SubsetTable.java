package io.winnow.subset.web;

import io.winnow.platform.tabular.Table;
import io.winnow.subset.KeptSamples;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A subset as rows of index, score, label (where known), weight and key (where samples have one). */
final class SubsetTable implements Table {

    private final KeptSamples samples;
    private KeptSamples.@Nullable Chunk chunk;

    SubsetTable(KeptSamples samples) {
        this.samples = samples;
    }

    @Override
    public List<Column> columns() {
        List<Column> columns = new ArrayList<>();
        columns.add(new Integers("index", row -> present().index(row)));
        columns.add(new Floats("score", row -> present().score(row)));
        if (samples.labelled()) {
            columns.add(new Integers("label", row -> present().label(row)));
        }
        columns.add(new Doubles("weight", row -> present().weight(row)));
        if (samples.keyed()) {
            columns.add(new Texts("key", row -> present().key(row)));
        }
        return columns;
    }

    @Override
    public void scan(Block block) throws IOException {
        samples.scan(next -> {
            chunk = next;
            block.rows(next.count());
        });
    }

    private KeptSamples.Chunk present() {
        if (chunk == null) {
            throw new IllegalStateException("cells are read within a block");
        }
        return chunk;
    }
}
