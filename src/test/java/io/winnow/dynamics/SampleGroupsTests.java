package io.winnow.dynamics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.winnow.dynamics.SampleGroups.Group;
import io.winnow.scoring.Keeps;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SampleGroupsTests {

    private static final float[] SCORES = {0.5f, 0.1f, 0.9f, 0.3f, 0.7f};

    @Test
    void beginsWithTheLeastImportantSamples() {
        List<Group> groups = SampleGroups.byScore(SCORES, Keeps.HIGHEST, 2).groups();
        assertThat(groups).extracting(Group::name).containsExactly("1", "2");
        assertThat(groups).extracting(Group::kind).containsOnly("score");
        assertThat(groups.get(0).members()).containsExactly(1, 3);
        assertThat(groups.get(1).members()).containsExactly(0, 2, 4);
    }

    @Test
    void turnsRoundWhereLowScoresAreImportant() {
        assertThat(SampleGroups.byScore(SCORES, Keeps.LOWEST, 5).groups())
                .extracting(group -> group.members()[0])
                .containsExactly(2, 4, 0, 3, 1);
    }

    @Test
    void partsAllSamplesWhateverTheNumberOfGroups() {
        float[] scores = new float[103];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = 37 * i % 103;
        }
        List<Group> groups = SampleGroups.byScore(scores, Keeps.HIGHEST, 10).groups();
        assertThat(groups).allMatch(group -> group.members().length == 10 || group.members().length == 11);
        assertThat(groups.stream().flatMapToInt(group -> IntStream.of(group.members())))
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, 103).boxed().toList());
    }

    @Test
    void takesFurtherGroupsThatOverlap() {
        SampleGroups groups =
                SampleGroups.byScore(SCORES, Keeps.HIGHEST, 2).and(Group.all(SampleGroups.RANDOM, SCORES.length));
        assertThat(groups.size()).isEqualTo(3);
        assertThat(groups.groups().get(2).name()).isEqualTo("random");
        assertThat(groups.groups().get(2).members()).containsExactly(0, 1, 2, 3, 4);
    }

    @Test
    void refusesMoreGroupsThanSamplesAndAGroupOfNone() {
        assertThatIllegalArgumentException().isThrownBy(() -> SampleGroups.byScore(SCORES, Keeps.HIGHEST, 6));
        assertThatIllegalArgumentException().isThrownBy(() -> new Group("none", "subset", new int[0]));
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
