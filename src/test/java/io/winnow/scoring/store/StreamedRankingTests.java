package io.winnow.scoring.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.winnow.scoring.Keeps;
import io.winnow.scoring.Ranking;
import io.winnow.scoring.ScoreStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StreamedRankingTests {

    private static final int SIZE = 5 * ScoreStore.CHUNK + 321;

    @TempDir
    Path directory;

    @Test
    void ranksInPiecesAsItWouldAtOnce() {
        Random random = new Random(1);
        holds(i -> (float) random.nextGaussian());
    }

    @Test
    void ranksWhereManyScoresAreEqual() {
        Random random = new Random(2);
        holds(i -> (float) random.nextInt(5));
    }

    @Test
    void ranksWhereAllScoresAreEqual() {
        holds(i -> 0.25f);
    }

    @Test
    void ranksWhereScoresDifferInTheirLastBitsOnly() {
        Random random = new Random(3);
        holds(i -> Float.intBitsToFloat(Float.floatToIntBits(1f) + random.nextInt(3_000)));
    }

    @Test
    void ranksTheWholeRangeOfFloats() {
        Random random = new Random(4);
        holds(i -> {
            float any = Float.intBitsToFloat(random.nextInt());
            return Float.isFinite(any) ? any : -0f;
        });
    }

    @Test
    void leavesNoFileBehind() throws IOException {
        ranksInPiecesAsItWouldAtOnce();
        try (var files = Files.list(directory)) {
            assertThat(files).isEmpty();
        }
    }

    /** Ranks with room for a fifth of the samples, from the heap and from a file. */
    private void holds(IntFunction<Float> score) {
        float[] scores = new float[SIZE];
        for (int i = 0; i < SIZE; i++) {
            scores[i] = score.apply(i);
        }
        for (Keeps keeps : Keeps.values()) {
            int[] expected = Ranking.of(scores, keeps);
            for (int heldChunks : new int[] {0, 2, 100}) {
                assertThat(ranked(scores, keeps, heldChunks, ScoreStore.CHUNK)).isEqualTo(expected);
            }
        }
    }

    private int[] ranked(float[] scores, Keeps keeps, int heldChunks, int most) {
        int[] ranking = new int[scores.length];
        int[] written = {0};
        try (IntSpool keys = TestKeys.of(scores, keeps, directory, heldChunks)) {
            new StreamedRanking(keys, most, (number, samples) -> {
                        System.arraycopy(samples, 0, ranking, number * ScoreStore.CHUNK, samples.length);
                        written[0] += samples.length;
                    })
                    .write();
        }
        assertThat(written[0]).isEqualTo(scores.length);
        return ranking;
    }
}
