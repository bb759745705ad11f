package io.winnow.scoring.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.winnow.scoring.Keeps;
import org.junit.jupiter.api.Test;

class RandomScoreTests extends ScoringMethodContractTests {

    RandomScoreTests() {
        super(new RandomScore(), "random", Keeps.HIGHEST);
    }

    @Test
    void isUniformInTheOpenUnitInterval() {
        float[] scores = scores(100_000, 100_000, 7);
        double mean = 0;
        int[] tenths = new int[10];
        for (float score : scores) {
            assertThat(score).isGreaterThan(0).isLessThan(1);
            mean += score / scores.length;
            tenths[(int) (score * 10)]++;
        }
        assertThat(mean).isEqualTo(0.5, within(0.005));
        for (int tenth : tenths) {
            assertThat(tenth).isBetween(9_500, 10_500);
        }
    }

    @Test
    void isTheSameForEver() {
        assertThat(scores(3, 3, 42)).containsExactly(0.02304166555404663f, 0.2727140784263611f, 0.7580403685569763f);
    }
}
