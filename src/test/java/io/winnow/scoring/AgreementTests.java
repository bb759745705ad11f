package io.winnow.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class AgreementTests {

    /** NumPy 2.4.6: corrcoef of the two lists, and of their ranks. */
    @Test
    void agreesWithNumPyAlsoWhereScoresAreEqual() {
        float[] a = {1, 2, 2, 3, 5, 5, 5, 8, -1, 0};
        float[] b = {2, 1, 4, 4, 3, 9, 7, 9, 0, 0};
        assertThat(Agreement.spearman(a, b)).isEqualTo(0.8788989411561673, within(1e-12));
        assertThat(Agreement.pearson(a, b)).isEqualTo(0.8761723007043221, within(1e-12));
    }

    @Test
    void isOneForTheSameOrderAndMinusOneForItsReverse() {
        float[] a = {1, 2, 3, 4};
        assertThat(Agreement.spearman(a, new float[] {1, 10, 100, 1000})).isEqualTo(1);
        assertThat(Agreement.spearman(a, new float[] {4, 3, 2, 1})).isEqualTo(-1);
    }

    @Test
    void saysNothingOfConstantScores() {
        assertThat(Agreement.spearman(new float[] {1, 2}, new float[] {3, 3})).isNull();
        assertThat(Agreement.pearson(new float[] {1, 1}, new float[] {3, 4})).isNull();
    }

    @Test
    void countsTheShareOfTheFirstThatBothHave() {
        int[] a = {4, 2, 0, 1, 3};
        int[] b = {2, 3, 4, 0, 1};
        assertThat(Agreement.overlap(a, b, 1)).isZero();
        assertThat(Agreement.overlap(a, b, 2)).isEqualTo(0.5);
        assertThat(Agreement.overlap(a, b, 3)).isEqualTo(2 / 3.0);
        assertThat(Agreement.overlap(a, b, 5)).isEqualTo(1);
    }
}
