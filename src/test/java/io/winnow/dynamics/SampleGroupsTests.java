package io.winnow.dynamics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.winnow.scoring.Keeps;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SampleGroupsTests {

    private static final float[] SCORES = {0.5f, 0.1f, 0.9f, 0.3f, 0.7f};

    @Test
    void beginsWithTheLeastImportantSamples() {
        SampleGroups groups = SampleGroups.byScore(SCORES, Keeps.HIGHEST, 2);
        assertThat(groups.names()).containsExactly("1", "2");
        assertThat(groups.members(0)).containsExactly(1, 3);
        assertThat(groups.members(1)).containsExactly(0, 2, 4);
    }

    @Test
    void turnsRoundWhereLowScoresAreImportant() {
        SampleGroups groups = SampleGroups.byScore(SCORES, Keeps.LOWEST, 5);
        assertThat(groups.groupOf()).containsExactly(2, 4, 0, 3, 1);
    }

    @Test
    void refusesMoreGroupsThanSamples() {
        assertThatIllegalArgumentException().isThrownBy(() -> SampleGroups.byScore(SCORES, Keeps.HIGHEST, 6));
    }

    @Test
    void refusesAGroupThatHasNoName() {
        assertThatIllegalArgumentException().isThrownBy(() -> new SampleGroups(List.of("one"), new int[] {0, 1}));
    }

    @Test
    void drawsDistinctSamplesThatFollowFromTheSeed() {
        int[] all = IntStream.range(100, 200).toArray();
        int[] drawn = SampleGroups.draw(all, 20, 7);
        assertThat(drawn).hasSize(20).isSorted().doesNotHaveDuplicates();
        assertThat(drawn[0]).isGreaterThanOrEqualTo(100);
        assertThat(drawn[19]).isLessThan(200);
        assertThat(SampleGroups.draw(all, 20, 7)).isEqualTo(drawn);
        assertThat(SampleGroups.draw(all, 20, 8)).isNotEqualTo(drawn);
    }

    @Test
    void takesASmallGroupWhole() {
        assertThat(SampleGroups.draw(new int[] {4, 9}, 5, 1)).containsExactly(4, 9);
    }
}
