package io.winnow.scoring;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BinsTests {

    @Test
    void spanTheRangeInEqualSteps() {
        assertThat(Bins.over(-1, 3, 4).edges()).containsExactly(-1, 0, 1, 2, 3);
        assertThat(Bins.over(0.1, 0.7, 3).edges()).hasSize(4).endsWith(0.7);
    }

    @Test
    void takeTheirLowerEdgeAndTheLastBothOfItsEdges() {
        Bins bins = Bins.over(0, 10, 5);
        assertThat(new double[] {0, 1.99, 2, 9.99, 10})
                .satisfies(values -> assertThat(java.util.Arrays.stream(values).mapToInt(bins::of))
                        .containsExactly(0, 0, 1, 4, 4));
        assertThat(bins.of(-5)).isZero();
        assertThat(bins.of(50)).isEqualTo(4);
    }

    @Test
    void putASingleNumberInTheMiddle() {
        Bins bins = Bins.over(3, 3, 2);
        assertThat(bins.edges()).containsExactly(2.5, 3, 3.5);
        assertThat(bins.of(3)).isEqualTo(1);
    }
}
