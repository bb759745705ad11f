package io.winnow.scoring.run;

import io.winnow.scoring.Need;
import io.winnow.scoring.RunListener.Phase;
import io.winnow.scoring.ScoreFold;
import io.winnow.surrogate.ForwardBatch;
import io.winnow.surrogate.GradientBatch;
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
    private final Predictions predictions;
    private final Meter meter;
    private final Clock clock;
    private final RunPasses passes;
    private final List<ScoreFold> logitReaders;
    private final List<ScoreFold> gradientReaders;

    Snapshots(RunTools tools, RunPasses passes, Folds folds, Predictions predictions) {
        this.plan = tools.plan();
        this.predictions = predictions;
        this.meter = tools.meter();
        this.clock = tools.clock();
        this.passes = passes;
        Set<ScoreFold> readers = new LinkedHashSet<>(folds.needing(Need.SNAPSHOT_LOGITS));
        readers.addAll(folds.needing(Need.SNAPSHOT_EMBEDDINGS));
        this.logitReaders = List.copyOf(readers);
        this.gradientReaders = folds.needing(Need.SNAPSHOT_GRADIENTS);
    }

    void take(int epoch) {
        clock.scoring(() -> {
            meter.enter(Phase.SCORE, epoch);
            if (plan.forwardsSnapshots()) {
                forward(epoch, "epoch-" + epoch, logitReaders);
            }
            if (plan.needs(Need.SNAPSHOT_GRADIENTS)) {
                meter.enter(Phase.SCORE, epoch);
                gradients(epoch);
            }
            List<ScoreFold> again = readingAgain(epoch);
            for (int reading = 2; !again.isEmpty(); reading++) {
                meter.enter(Phase.SCORE, epoch);
                forward(epoch, "epoch-%d-reading-%d".formatted(epoch, reading), again);
                again = readingAgain(epoch);
            }
        });
    }

    private void forward(int epoch, String moment, List<ScoreFold> readers) {
        boolean embeddings = plan.needs(Need.SNAPSHOT_EMBEDDINGS);
        passes.forward(moment, embeddings, batch -> read(epoch, batch, readers));
    }

    private void gradients(int epoch) {
        boolean logitsServe = !plan.forwardsSnapshots();
        passes.gradients("epoch-" + epoch, batch -> {
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
