package io.winnow.dynamics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class LinearPathTests {

    private static GroupErrors point(double error, double loss, double ofGroup) {
        return new GroupErrors(error, loss, new double[] {ofGroup}, new double[] {2 * ofGroup});
    }

    @Test
    void barrierIsTheHighestPointOverTheMeanOfTheEnds() {
        LinearPath path = new LinearPath(
                new double[] {0, 0.5, 1}, List.of(point(0.1, 1, 0.2), point(0.6, 3, 0.5), point(0.3, 2, 0.4)));
        assertThat(path.errorBarrier(SampleGroups.NONE)).isCloseTo(0.4, within(1e-12));
        assertThat(path.lossBarrier(SampleGroups.NONE)).isCloseTo(1.5, within(1e-12));
        assertThat(path.errorBarrier(0)).isCloseTo(0.2, within(1e-12));
        assertThat(path.lossBarrier(0)).isCloseTo(0.4, within(1e-12));
    }

    @Test
    void endsAreTheWeightsThemselvesToTheBit() {
        float[] first = {1e-8f, 3.3f, -7e6f};
        float[] second = {1f, -3.1f, 0.1f};
        assertThat(LinearPath.between(first, second, 0)).isEqualTo(first);
        assertThat(LinearPath.between(first, second, 1)).isEqualTo(second);
        assertThat(LinearPath.between(first, first, 0.3)).isEqualTo(first);
        assertThat(LinearPath.between(new float[] {2}, new float[] {4}, 0.25)).containsExactly(2.5f);
        assertThat(LinearPath.between(new float[] {2}, new float[] {4}, 0.75)).containsExactly(3.5f);
    }

    @Test
    void refusesAPathThatDoesNotEndAtTheSecondChild() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new LinearPath(new double[] {0, 0.5}, List.of(point(0, 0, 0), point(0, 0, 0))));
    }
}
