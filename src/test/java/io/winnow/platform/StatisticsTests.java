package io.winnow.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.winnow.platform.Statistics.Difference;
import org.junit.jupiter.api.Test;

class StatisticsTests {

    /** Student's own example (1908): the sleep gained by ten patients with either of two drugs. */
    private static final double[] FIRST = {0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0};

    private static final double[] SECOND = {1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4};

    @Test
    void givesTheIntervalOfAMeanAsTheTextbookDoes() {
        assertThat(Statistics.mean(FIRST)).isCloseTo(0.75, within(1e-12));
        assertThat(Statistics.std(FIRST)).isCloseTo(1.78901, within(1e-5));
        assertThat(0.75 - Statistics.margin(FIRST)).isCloseTo(-0.5297804, within(1e-6));
    }

    @Test
    void comparesMeansByWelchAsTheTextbookDoes() {
        Difference difference = Difference.of(FIRST, SECOND);
        assertThat(difference.mean()).isCloseTo(-1.58, within(1e-12));
        assertThat(difference.low()).isCloseTo(-3.3654832, within(1e-6));
        assertThat(difference.high()).isCloseTo(0.2054832, within(1e-6));
    }

    @Test
    void hasNoIntervalOfASingleRun() {
        assertThat(Statistics.std(new double[] {0.9})).isNull();
        assertThat(Statistics.margin(new double[] {0.9})).isNull();
        assertThat(Difference.of(new double[] {0.9}, FIRST).low()).isNull();
        assertThat(Difference.of(new double[] {0.9}, new double[] {0.8}).mean()).isCloseTo(0.1, within(1e-12));
    }

    @Test
    void isCertainWhereNothingVaries() {
        Difference difference = Difference.of(new double[] {0.5, 0.5}, new double[] {0.25, 0.25});
        assertThat(difference).isEqualTo(new Difference(0.25, 0.25, 0.25));
    }
}
