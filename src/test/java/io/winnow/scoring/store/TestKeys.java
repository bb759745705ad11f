package io.winnow.scoring.store;

import io.winnow.scoring.Keeps;
import io.winnow.scoring.Ranking;
import io.winnow.scoring.ScoreStore;
import java.nio.file.Path;
import java.util.Arrays;

/** Order keys of scores. */
final class TestKeys {

    private TestKeys() {}

    static IntSpool of(float[] scores, Keeps keeps, Path directory, int heldChunks) {
        return of(scores, keeps, directory, heldChunks, () -> {});
    }

    static IntSpool of(float[] scores, Keeps keeps, Path directory, int heldChunks, Runnable step) {
        IntSpool keys = new IntSpool(directory, heldChunks, step);
        for (int from = 0; from < scores.length; from += ScoreStore.CHUNK) {
            int first = from;
            int[] chunk = new int[Math.min(ScoreStore.CHUNK, scores.length - from)];
            Arrays.setAll(chunk, i -> Ranking.key(scores[first + i], keeps));
            keys.append(chunk);
        }
        return keys;
    }
}
