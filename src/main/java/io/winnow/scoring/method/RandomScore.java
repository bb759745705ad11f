package io.winnow.scoring.method;

import io.winnow.scoring.Keeps;
import io.winnow.scoring.Need;
import io.winnow.scoring.RunContext;
import io.winnow.scoring.ScoreFold;
import io.winnow.scoring.ScoringMethod;
import io.winnow.scoring.Seeds;
import java.io.DataInput;
import java.io.DataOutput;
import java.util.Set;
import org.springframework.stereotype.Component;

/**
 * Random: uniform in (0, 1) from the run's seed, the baseline that every figure needs. Highest is kept first. Costs nothing
 * and trains nothing.
 *
 * <p>A score is one of 2²³ values, exact in float32: (k + ½) / 2²³ with k the upper 23 bits of the sample's number.
 */
@Component
final class RandomScore implements ScoringMethod {

    @Override
    public String id() {
        return "random";
    }

    @Override
    public Keeps keeps() {
        return Keeps.HIGHEST;
    }

    @Override
    public Set<Need> needs() {
        return Set.of();
    }

    @Override
    public ScoreFold begin(RunContext run) {
        return new Fold(run.samples(), Seeds.of(run.seed(), "random"));
    }

    private record Fold(int samples, long seed) implements ScoreFold {

        @Override
        public float[] scores(int epoch) {
            float[] scores = new float[samples];
            for (int i = 0; i < samples; i++) {
                scores[i] = ((Seeds.number(seed, i) >>> 41) + 0.5f) * 0x1p-23f;
            }
            return scores;
        }

        @Override
        public void save(DataOutput out) {}

        @Override
        public void restore(DataInput in) {}
    }
}
