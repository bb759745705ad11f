package io.winnow.job;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.winnow.scoring.RunListener;
import io.winnow.scoring.RunScores.EpochAccuracy;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One attempt at a run, told to meters and traces on its way to the watch: a span of the attempt and, below it, one of each
 * epoch with its passes. Belongs to the thread of the run.
 */
final class RunObservation implements RunListener, AutoCloseable {

    /** What became of the attempt. */
    enum End {
        DONE,
        /** Another worker has the run, or its job has ended. */
        FENCED,
        /** The database was away for so long that another worker may have the run. */
        CUT_OFF,
        /** Given back: the process goes down. */
        RELEASED,
        /** To be tried again. */
        RETRIED,
        /** And with it the job. */
        FAILED
    }

    private final Observation run;
    private final ObservationRegistry observations;
    private final RunWatch watch;
    private final RunMetrics metrics;
    private final Observation.Scope scope;
    private @Nullable Observation epoch;
    private int number;
    private End end = End.FAILED;

    RunObservation(Observation run, ObservationRegistry observations, RunWatch watch, RunMetrics metrics) {
        this.observations = observations;
        this.watch = watch;
        this.metrics = metrics;
        this.run = run.start();
        this.scope = run.openScope();
    }

    @Override
    public boolean stopRequested() {
        return watch.stopRequested();
    }

    @Override
    public boolean goesOnLater() {
        return watch.goesOnLater();
    }

    @Override
    public void progress(RunProgress progress) {
        watch.progress(progress);
        if (progress.epoch() != number) {
            endEpoch(true);
            beginEpoch(progress.epoch());
        }
    }

    @Override
    public void through(Phase phase, int samples) {
        metrics.samples(phase, samples);
    }

    @Override
    public void trained(List<EpochAccuracy> history) {
        watch.trained(history);
    }

    void ended(End end) {
        this.end = end;
    }

    /** What comes before the first step of a training is part of no epoch. */
    private void beginEpoch(int number) {
        this.number = number;
        if (number > 0) {
            epoch = Observation.createNotStarted("winnow.epoch", observations)
                    .contextualName("epoch " + number)
                    .parentObservation(run)
                    .highCardinalityKeyValue("winnow.epoch", Integer.toString(number))
                    .start();
        }
    }

    private void endEpoch(boolean whole) {
        if (epoch != null) {
            epoch.lowCardinalityKeyValue("whole", Boolean.toString(whole)).stop();
            epoch = null;
        }
    }

    @Override
    public void close() {
        metrics.end(watch);
        endEpoch(end == End.DONE);
        scope.close();
        run.lowCardinalityKeyValue("outcome", RunMetrics.lower(end)).stop();
    }
}
