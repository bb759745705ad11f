package io.winnow.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FractionTests {

    @ParameterizedTest
    @CsvSource({"0.3, 10, 3", "0.25, 10, 3", "0.145, 100, 15", "0.35, 10, 4", "0.0001, 10, 1", "1, 7, 7", "0.5, 1, 1"})
    void keepsTheExactDecimalShareRoundedHalfUpAndAtLeastOne(String ratio, int n, int kept) {
        assertThat(Fraction.parseRatio(ratio, "ratio").kept(n)).isEqualTo(kept);
    }

    @Test
    void readsADoubleAsTheDecimalThatItPrintsAs() {
        assertThat(Fraction.of(0.1)).isEqualTo(Fraction.parse("0.10", "ratio"));
        assertThat(Fraction.of(0.00001)).hasToString("0.00001");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1",
                "1.0",
                "1.000",
                "01",
                "0.3",
                "00.30",
                "0.5",
                "0.000000000000000000001",
                "0.999999999999999999999"
            })
    void acceptsPlainDecimals(String text) {
        assertThat(Fraction.parseRatio(text, "ratio").isZero()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "0",
                "0.0",
                "0.00000",
                "-0",
                "-0.0",
                "-0.3",
                "+0.3",
                "1.01",
                "2",
                "100",
                "30%",
                ".3",
                "0.",
                ".",
                "1.",
                "1.0000000000000000000001",
                "NaN",
                "nan",
                "Infinity",
                "-Infinity",
                "inf",
                "∞",
                "1e-1",
                "3E-1",
                "1e-400",
                "1e400",
                "0x1p-2",
                "0x0.8p0",
                "0xF",
                "0b1",
                "1d",
                "1f",
                "0.3d",
                "0.3f",
                "0.3D",
                "0.3L",
                "0.3,0.5",
                "0,3",
                "0;3",
                "1/3",
                " 0.3",
                "0.3 ",
                "0. 3",
                "\t0.3",
                "0.3\n",
                "٠.٣",
                "０.３",
                "0٫3",
                "۰.۳",
                "०.३",
                "0.3.0",
                "0..3",
                "--0.3",
                "0.3-",
                "_0.3",
                "0_1",
                "1_0",
                "0.3_0",
                "abc",
                "null",
                "true",
                "ratio",
                "0.3e",
                "0.3e0",
                "1e0",
                "$0.3",
                "0.3'",
                "0.3\u0000",
                "½",
                "1²",
                "(0.3)",
                "{0.3}",
                "%30.3"
            })
    void refusesEveryOtherSpellingNamingTheField(String text) {
        assertThatThrownBy(() -> Fraction.parseRatio(text, "ratio"))
                .isInstanceOfSatisfying(
                        InvalidRequestException.class,
                        e -> assertThat(e.violations().get(0).field()).isEqualTo("ratio"));
    }
}
