package io.winnow.scoring.method;

import static org.assertj.core.api.Assertions.assertThat;

import io.winnow.scoring.Keeps;
import io.winnow.scoring.MethodOptions.NeverLearned;
import io.winnow.scoring.ScoreFold;
import org.junit.jupiter.api.Test;

class ForgettingTests extends ScoringMethodContractTests {

    ForgettingTests() {
        super(new Forgetting(), "forgetting", Keeps.HIGHEST);
    }

    @Test
    void agreesWithPyTorch() {
        Golden.hold(new Forgetting());
    }

    @Test
    void givesZeroToTheNeverLearnedWhenAskedAndCountsThem() {
        Golden golden = Golden.read();
        ScoreFold max = golden.feed(new Forgetting(), NeverLearned.MAX);
        ScoreFold zero = golden.feed(new Forgetting(), NeverLearned.ZERO);
        assertThat(max.scores(golden.epochs())[0]).isEqualTo(golden.epochs());
        assertThat(zero.scores(golden.epochs())[0]).isZero();
        int never = 0;
        for (int i = 0; i < golden.labels().length; i++) {
            never += max.scores(7)[i] == golden.epochs() ? 1 : 0;
        }
        assertThat(max.facts(7)).containsEntry("neverLearned", (double) never);
    }
}
