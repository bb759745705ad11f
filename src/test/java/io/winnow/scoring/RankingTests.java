package io.winnow.scoring;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RankingTests {

    @Test
    void putsTheMostImportantFirstAndTiesInTheOrderOfSamples() {
        float[] scores = {1, 3, 2, 3, -1, 1};
        assertThat(Ranking.of(scores, Keeps.HIGHEST)).containsExactly(1, 3, 2, 0, 5, 4);
        assertThat(Ranking.of(scores, Keeps.LOWEST)).containsExactly(4, 0, 5, 2, 1, 3);
    }

    @Test
    void agreesWithAComparisonSort() {
        Random random = new Random(6);
        float[] scores = new float[20_000];
        for (int i = 0; i < scores.length; i++) {
            float any = Float.intBitsToFloat(random.nextInt());
            scores[i] = i % 3 == 0 ? random.nextInt(40) - 20 : Float.isFinite(any) ? any : 0;
        }
        int[] ascending = IntStream.range(0, scores.length)
                .boxed()
                .sorted(Comparator.<Integer>comparingDouble(i -> scores[i]))
                .mapToInt(i -> i)
                .toArray();
        int[] descending = IntStream.range(0, scores.length)
                .boxed()
                .sorted(Comparator.<Integer>comparingDouble(i -> -scores[i]))
                .mapToInt(i -> i)
                .toArray();
        // comparingDouble tells −0 from +0; there is none among these scores.
        assertThat(Ranking.of(scores, Keeps.LOWEST)).isEqualTo(ascending);
        assertThat(Ranking.of(scores, Keeps.HIGHEST)).isEqualTo(descending);
    }

    @Test
    void findsTheScoreOfAKey() {
        for (float score :
                new float[] {0, 1, -1, Float.MIN_VALUE, -Float.MIN_VALUE, Float.MAX_VALUE, -Float.MAX_VALUE}) {
            for (Keeps keeps : Keeps.values()) {
                assertThat(Ranking.score(Ranking.key(score, keeps), keeps)).isEqualTo(score);
            }
        }
        assertThat(Ranking.key(-0f, Keeps.HIGHEST)).isEqualTo(Ranking.key(0f, Keeps.HIGHEST));
    }

    @Test
    void takesNothingAndOne() {
        assertThat(Ranking.of(new float[0], Keeps.HIGHEST)).isEmpty();
        assertThat(Ranking.of(new float[] {4}, Keeps.HIGHEST)).containsExactly(0);
    }
}
