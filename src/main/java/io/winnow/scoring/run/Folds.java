package io.winnow.scoring.run;

import io.winnow.scoring.Need;
import io.winnow.scoring.RunContext;
import io.winnow.scoring.RunRequest;
import io.winnow.scoring.RunScores.MethodScores;
import io.winnow.scoring.ScoreFold;
import io.winnow.scoring.ScoringMethod;
import io.winnow.surrogate.TrainingDivergedException;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The folds of a run's methods. */
final class Folds {

    private final RunRequest request;
    private final List<MethodFold> all = new ArrayList<>();

    /** Starts the fold of every method. */
    Folds(Plan plan, boolean lastLayerBias) {
        this.request = plan.request();
        RunContext context =
                new RunContext(request.train(), plan.epochs(), request.seed(), lastLayerBias, request.options());
        for (ScoringMethod method : request.methods()) {
            all.add(new MethodFold(method, method.begin(context)));
        }
    }

    /** The folds of the methods with that need, in the order of the request. */
    List<ScoreFold> needing(Need need) {
        return all.stream()
                .filter(one -> one.method.needs().contains(need))
                .map(MethodFold::fold)
                .toList();
    }

    /**
     * The scores of all methods: one for each epoch of {@code scoreAt} where they are of snapshots, else one of the last
     * epoch.
     *
     * @throws TrainingDivergedException when one is not finite
     */
    List<MethodScores> collect() {
        int last = request.training().epochs();
        List<MethodScores> scores = new ArrayList<>();
        for (MethodFold one : all) {
            for (int epoch : one.readsSnapshots() ? request.scoreAt() : List.of(last)) {
                float[] values = one.fold.scores(epoch);
                requireFinite(values, epoch);
                scores.add(new MethodScores(one.method.id(), epoch, values, one.fold.facts(epoch)));
            }
        }
        return scores;
    }

    /** Logits may overflow in evaluation mode though no loss of the training was infinite. */
    private void requireFinite(float[] scores, int epoch) {
        for (float score : scores) {
            if (!Float.isFinite(score)) {
                int n = request.train().size();
                long step = Math.max(0, (long) epoch * request.training().stepsPerEpoch(n) - 1);
                throw new TrainingDivergedException(
                        epoch, step, request.training().learningRateAt(step, n));
            }
        }
    }

    void save(DataOutput out) throws IOException {
        for (MethodFold one : all) {
            one.fold.save(out);
            out.writeUTF(one.method.id());
        }
    }

    void restore(DataInput in) throws IOException {
        for (MethodFold one : all) {
            one.fold.restore(in);
            if (!in.readUTF().equals(one.method.id())) {
                throw new IOException("the state of %s is not as long as it was".formatted(one.method.id()));
            }
        }
    }

    private record MethodFold(ScoringMethod method, ScoreFold fold) {

        boolean readsSnapshots() {
            return method.needs().contains(Need.SNAPSHOT_LOGITS)
                    || method.needs().contains(Need.SNAPSHOT_EMBEDDINGS)
                    || method.needs().contains(Need.SNAPSHOT_GRADIENTS);
        }
    }
}
