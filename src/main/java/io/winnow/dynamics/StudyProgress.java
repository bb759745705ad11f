package io.winnow.dynamics;

import io.winnow.scoring.PassCosts;
import io.winnow.scoring.RunListener;
import io.winnow.scoring.RunListener.Phase;
import io.winnow.scoring.RunListener.RunProgress;
import io.winnow.surrogate.StopSignal;
import org.jspecify.annotations.Nullable;

/** Tells how far a run of a study is. Work is counted in forward passes of one sample. */
final class StudyProgress implements StopSignal {

    static final double TRAINING = PassCosts.IN_FORWARD_PASSES.training();
    static final double FORWARD = PassCosts.IN_FORWARD_PASSES.forward();

    private final RunListener listener;
    private final double total;
    private double done;
    private @Nullable Phase phase;
    private long samples;
    private long since;

    /** @param total work of the run */
    StudyProgress(RunListener listener, double total) {
        this.listener = listener;
        this.total = total;
    }

    /** Goes on where an earlier attempt had come to. */
    void resume(double work) {
        done = work;
    }

    double done() {
        return done;
    }

    /**
     * @param epoch of the training at work, or that was done last
     * @param count samples that went through a batch
     * @param work that this was
     */
    void passed(Phase now, int epoch, int count, double work) {
        if (now != phase) {
            phase = now;
            samples = 0;
            since = System.nanoTime();
        }
        samples += count;
        done += work;
        double seconds = Math.max(1e-3, (System.nanoTime() - since) / 1e9);
        listener.through(now, count);
        listener.progress(new RunProgress(now, epoch, Math.min(1, done / total), samples / seconds));
    }

    /** Whether a run that is being stopped goes on later. */
    boolean goesOnLater() {
        return listener.goesOnLater();
    }

    @Override
    public boolean stopRequested() {
        return listener.stopRequested();
    }
}
