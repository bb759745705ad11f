package io.winnow.scoring.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class StageStepsTests {

    @Test
    void drawsOneStepFromEachEqualPart() {
        for (long seed = 0; seed < 200; seed++) {
            long[] steps = StageSteps.draw(101, 10, seed);
            assertThat(steps).hasSize(10);
            for (int i = 0; i < 10; i++) {
                assertThat(steps[i]).isBetween(i * 101L / 10, (i + 1) * 101L / 10 - 1);
            }
        }
    }

    @Test
    void drawsEveryStepEquallyOften() {
        int[] drawn = new int[20];
        for (long seed = 0; seed < 20_000; seed++) {
            for (long step : StageSteps.draw(20, 4, seed)) {
                drawn[(int) step]++;
            }
        }
        for (int count : drawn) {
            assertThat((double) count).isEqualTo(4_000, within(250.0));
        }
    }

    @Test
    void takesEveryStepOfATrainingWithFewerThanAsked() {
        assertThat(StageSteps.draw(3, 10, 1)).containsExactly(0, 1, 2);
    }
}
