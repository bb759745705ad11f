package io.winnow.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SourcePositionsTests {

    @Test
    void leadsThereAndBackWhateverWasSkipped() {
        for (int seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            int size = 1 + random.nextInt(60);
            BitSet skipped = new BitSet();
            for (int i = 0; i < size; i++) {
                skipped.set(i, random.nextInt(10) < seed % 10);
            }
            SourcePositions positions = SourcePositions.without(skipped.stream().toArray());
            assertThat(positions.isAll()).isEqualTo(skipped.isEmpty());
            int kept = 0;
            for (int source = 0; source < size; source++) {
                assertThat(positions.kept(source)).isEqualTo(skipped.get(source) ? -1 : kept);
                if (!skipped.get(source)) {
                    assertThat(positions.source(kept++)).isEqualTo(source);
                }
            }
        }
    }

    @Test
    void refusesPositionsThatDoNotRise() {
        assertThatThrownBy(() -> SourcePositions.without(new int[] {3, 3}))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
