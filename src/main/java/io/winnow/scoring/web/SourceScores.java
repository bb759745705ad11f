package io.winnow.scoring.web;

import io.winnow.dataset.SourcePositions;
import io.winnow.scoring.ScoreStore;
import java.io.IOException;
import java.util.Arrays;

/** Scores spread over the positions of the user's data, with NaN where a sample was skipped and has none. */
record SourceScores(ScoreTable.Source scored, SourcePositions positions) implements ScoreTable.Source {

    /** How many there are for so many scored samples. */
    static int size(int scored, SourcePositions positions) {
        return scored + positions.skippedCount();
    }

    @Override
    public void read(ScoreStore.ChunkConsumer consumer) throws IOException {
        if (positions.isAll()) {
            scored.read(consumer);
            return;
        }
        int[] next = {0};
        scored.read((first, chunk) -> {
            int kept = Math.toIntExact(first);
            int end = positions.source(kept + chunk.length - 1) + 1;
            float[] spread = new float[end - next[0]];
            Arrays.fill(spread, Float.NaN);
            for (int i = 0; i < chunk.length; i++) {
                spread[positions.source(kept + i) - next[0]] = chunk[i];
            }
            consumer.chunk(next[0], spread);
            next[0] = end;
        });
        int[] skipped = positions.skipped();
        float[] last = new float[Math.max(0, skipped[skipped.length - 1] + 1 - next[0])];
        Arrays.fill(last, Float.NaN);
        consumer.chunk(next[0], last);
    }
}
