package io.winnow.scoring.method;

import io.winnow.scoring.Keeps;
import io.winnow.scoring.MethodOptions.NeverLearned;
import io.winnow.scoring.Need;
import io.winnow.scoring.RunContext;
import io.winnow.scoring.ScoreFold;
import io.winnow.scoring.ScoringMethod;
import io.winnow.surrogate.TrainingBatch;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import org.springframework.stereotype.Component;

/**
 * Forgetting events: how often a sample goes from classified right to wrong between two successive visits in training. A
 * sample that is never classified right counts as {@code epochs}, above any count that can occur, or as 0 with
 * {@code neverLearned=zero}. Highest is hardest, kept first. Toneva et al., “An Empirical Study of Example Forgetting during
 * Deep Neural Network Learning”, ICLR 2019, Definition in §3; Paul, Ganguli and Dziugaite, 2021, §3.
 *
 * <p>Reads the training batches (training mode, augmented), so it costs no pass; 5 bytes a sample. The fact
 * {@code neverLearned} is the number of samples never classified right.
 */
@Component
final class Forgetting implements ScoringMethod {

    @Override
    public String id() {
        return "forgetting";
    }

    @Override
    public Keeps keeps() {
        return Keeps.HIGHEST;
    }

    @Override
    public Set<Need> needs() {
        return Set.of(Need.TRAINING_LOGITS);
    }

    @Override
    public ScoreFold begin(RunContext run) {
        return new Fold(run);
    }

    private static final class Fold implements ScoreFold {

        private static final byte RIGHT = 1;
        private static final byte LEARNED = 2;

        private final int classes;
        private final int neverLearnedScore;
        private final int[] forgotten;
        private final byte[] seen;

        Fold(RunContext run) {
            this.classes = run.classes();
            this.neverLearnedScore = run.options().neverLearned() == NeverLearned.MAX ? run.epochs() : 0;
            this.forgotten = new int[run.samples()];
            this.seen = new byte[run.samples()];
        }

        @Override
        public void training(TrainingBatch batch) {
            for (int i = 0; i < batch.size(); i++) {
                int sample = batch.positions()[i];
                if (Logits.argmax(batch.logits(), i * classes, classes) == batch.labels()[i]) {
                    seen[sample] = RIGHT | LEARNED;
                } else if ((seen[sample] & RIGHT) != 0) {
                    seen[sample] = LEARNED;
                    forgotten[sample]++;
                }
            }
        }

        @Override
        public float[] scores(int epoch) {
            float[] scores = new float[forgotten.length];
            for (int i = 0; i < scores.length; i++) {
                scores[i] = (seen[i] & LEARNED) != 0 ? forgotten[i] : neverLearnedScore;
            }
            return scores;
        }

        @Override
        public Map<String, Double> facts(int epoch) {
            int never = 0;
            for (byte sample : seen) {
                if ((sample & LEARNED) == 0) {
                    never++;
                }
            }
            return Map.of("neverLearned", (double) never);
        }

        @Override
        public void save(DataOutput out) throws IOException {
            State.write(out, forgotten);
            out.write(seen);
        }

        @Override
        public void restore(DataInput in) throws IOException {
            State.read(in, forgotten);
            in.readFully(seen);
        }
    }
}
