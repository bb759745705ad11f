package io.winnow.scoring.run;

import io.winnow.scoring.Need;
import io.winnow.scoring.RunListener.Phase;
import io.winnow.scoring.ScoreFold;
import io.winnow.surrogate.ForwardBatch;
import io.winnow.surrogate.GradientBatch;
import io.winnow.surrogate.GradientScope;
import io.winnow.surrogate.Samples;
import io.winnow.surrogate.Surrogate;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The passes after an epoch of {@code scoreAt}: one forward pass and one of per-sample gradients at most, whatever the number
 * of methods. Where no method reads embeddings, the logits of the pass of gradients serve all and the forward pass falls
 * away. A method that reads a snapshot twice costs a further forward pass.
 */
final class Snapshots {

    private final Plan plan;
    private final Samples train;
    private final Surrogate surrogate;
    private final Predictions predictions;
    private final Meter meter;
    private final Clock clock;
    private final List<ScoreFold> logitReaders;
    private final List<ScoreFold> gradientReaders;

    Snapshots(Plan plan, Surrogate surrogate, Folds folds, Predictions predictions, Meter meter, Clock clock) {
        this.plan = plan;
        this.train = plan.request().train();
        this.surrogate = surrogate;
        this.predictions = predictions;
        this.meter = meter;
        this.clock = clock;
        Set<ScoreFold> readers = new LinkedHashSet<>(folds.needing(Need.SNAPSHOT_LOGITS));
        readers.addAll(folds.needing(Need.SNAPSHOT_EMBEDDINGS));
        this.logitReaders = List.copyOf(readers);
        this.gradientReaders = folds.needing(Need.SNAPSHOT_GRADIENTS);
    }

    void take(int epoch) {
        clock.scoring(() -> {
            meter.enter(Phase.SCORE, epoch);
            if (plan.forwardsSnapshots()) {
                forward(epoch, logitReaders);
            }
            if (plan.needs(Need.SNAPSHOT_GRADIENTS)) {
                meter.enter(Phase.SCORE, epoch);
                gradients(epoch);
            }
            List<ScoreFold> again = readingAgain(epoch);
            while (!again.isEmpty()) {
                meter.enter(Phase.SCORE, epoch);
                forward(epoch, again);
                again = readingAgain(epoch);
            }
        });
    }

    private void forward(int epoch, List<ScoreFold> readers) {
        boolean embeddings = plan.needs(Need.SNAPSHOT_EMBEDDINGS);
        Passes.forward(surrogate, train, embeddings, meter, batch -> read(epoch, batch, readers));
    }

    private void gradients(int epoch) {
        boolean logitsServe = !plan.forwardsSnapshots();
        Passes.gradients(surrogate, train, GradientScope.ALL, null, meter, batch -> {
            for (ScoreFold fold : gradientReaders) {
                fold.gradients(epoch, batch);
            }
            if (logitsServe) {
                read(epoch, logitsOf(batch), logitReaders);
            }
        });
    }

    private void read(int epoch, ForwardBatch batch, List<ScoreFold> readers) {
        for (ScoreFold fold : readers) {
            fold.snapshot(epoch, batch);
        }
        if (epoch == plan.epochs()) {
            predictions.snapshot(batch);
        }
    }

    private List<ScoreFold> readingAgain(int epoch) {
        List<ScoreFold> again = new ArrayList<>();
        for (ScoreFold fold : logitReaders) {
            if (fold.needsSecondPass(epoch)) {
                again.add(fold);
            }
        }
        return again;
    }

    private static ForwardBatch logitsOf(GradientBatch batch) {
        return new ForwardBatch(batch.from(), batch.size(), batch.logits(), batch.labels(), null, 0);
    }
}
