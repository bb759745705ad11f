package io.winnow.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class HeapShareTests {

    private static final long MEGABYTE = 1 << 20;

    private final HeapShare share = new HeapShare(10 * MEGABYTE);

    @Test
    void turnsAwayWhoFindsNoRoomBesideOthers() {
        share.with(
                6 * MEGABYTE,
                () -> assertThatThrownBy(() -> share.with(6 * MEGABYTE, () -> "beside it"))
                        .isInstanceOf(TooManyRequestsException.class)
                        .hasMessageContaining("memory"));
        assertThat(share.with(6 * MEGABYTE, () -> "after it")).isEqualTo("after it");
    }

    @Test
    void letsSmallOnesWorkBesideEachOther() {
        assertThat(share.with(4 * MEGABYTE, () -> share.with(4 * MEGABYTE, () -> "both")))
                .isEqualTo("both");
    }

    @Test
    void doesAloneWhatNeedsMoreThanThereIs() {
        assertThat(share.with(100 * MEGABYTE, () -> "alone")).isEqualTo("alone");
        share.with(
                100 * MEGABYTE,
                () -> assertThatThrownBy(() -> share.with(1, () -> "beside it"))
                        .isInstanceOf(TooManyRequestsException.class));
    }

    @Test
    void refusesWhatTheWholeHeapCouldNotHold() {
        assertThatThrownBy(() -> share.over(Integer.MAX_VALUE, 1L << 20, "comparing", () -> "never"))
                .isInstanceOf(UnprocessableException.class)
                .hasMessageContaining("comparing 2147483647 samples needs more heap");
    }

    @Test
    void givesBackWhatFailedWorkHad() {
        assertThatThrownBy(() -> share.with(10 * MEGABYTE, () -> {
                    throw new IllegalStateException("failed");
                }))
                .isInstanceOf(IllegalStateException.class);
        assertThat(share.with(10 * MEGABYTE, () -> "next")).isEqualTo("next");
    }
}
