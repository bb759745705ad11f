package io.winnow.surrogate.djl;

import static org.assertj.core.api.Assertions.assertThat;

import io.winnow.surrogate.Augmentation;
import io.winnow.surrogate.SampleShape;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PictureLayoutTests {

    private final SampleShape tiny = new SampleShape(2, 2, 3);
    // Two channels of two rows.
    private final byte[] picture = {1, 2, 3, 4, 5, 6, 11, 12, 13, 14, 15, 16};

    private byte[] laid(int down, int right, boolean mirrored) {
        byte[] target = new byte[picture.length];
        Arrays.fill(target, (byte) 99);
        PictureLayout.plain(tiny).lay(picture, target, down, right, mirrored);
        return target;
    }

    @Test
    void bringsTheChannelsOfAPointTogether() {
        assertThat(laid(0, 0, false)).containsExactly(1, 11, 2, 12, 3, 13, 4, 14, 5, 15, 6, 16);
    }

    @Test
    void cropsWithBlackOutside() {
        assertThat(laid(1, -1, false)).containsExactly(0, 0, 4, 14, 5, 15, 0, 0, 0, 0, 0, 0);
    }

    @Test
    void mirrorsTheCrop() {
        assertThat(laid(1, -1, true)).containsExactly(5, 15, 4, 14, 0, 0, 0, 0, 0, 0, 0, 0);
    }

    @Test
    void augmentsByTheSeedTheEpochAndThePositionAlone() {
        SampleShape shape = new SampleShape(1, 16, 16);
        byte[] stored = new byte[256];
        for (int i = 0; i < stored.length; i++) {
            stored[i] = (byte) i;
        }
        Set<String> seen = new HashSet<>();
        for (int epoch = 1; epoch <= 5; epoch++) {
            for (int position = 0; position < 40; position++) {
                byte[] first = augmented(shape, epoch, position, stored);
                assertThat(augmented(shape, epoch, position, stored)).isEqualTo(first);
                seen.add(Arrays.toString(first));
            }
        }
        // Five offsets down, five right, mirrored or not.
        assertThat(seen).hasSizeBetween(45, 50);
    }

    private static byte[] augmented(SampleShape shape, int epoch, int position, byte[] stored) {
        byte[] target = new byte[stored.length];
        PictureLayout.augmented(shape, Augmentation.CROP_FLIP, 7, epoch).lay(position, stored, target);
        return target;
    }
}
