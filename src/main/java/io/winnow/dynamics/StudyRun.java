package io.winnow.dynamics;

import io.winnow.scoring.Checkpoints;
import io.winnow.scoring.RunListener.Phase;
import io.winnow.surrogate.Samples;
import io.winnow.surrogate.Surrogate;
import io.winnow.surrogate.SurrogateEngine;
import io.winnow.surrogate.SurrogateSpec;
import io.winnow.surrogate.TrainingBatch;
import io.winnow.surrogate.TrainingListener;
import io.winnow.surrogate.TrainingPosition;
import io.winnow.surrogate.TrainingSpec;
import io.winnow.surrogate.TrainingStoppedException;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One run of a study: trainings of one network that are looked into. It goes on from the newest of its states that can be read. */
abstract class StudyRun implements TrainingListener {

    private static final Logger log = LoggerFactory.getLogger(StudyRun.class);
    private static final int FORMAT = 2;

    final Samples samples;
    final long seed;
    final StudyProgress progress;
    private final SurrogateSpec spec;
    private final String device;
    private final TrainingSpec training;
    private final Checkpoints checkpoints;

    /** Where the training at work stands. */
    TrainingPosition position = TrainingPosition.START;

    double accuracy = Double.NaN;
    Surrogate surrogate;
    private int lastEpoch;
    private double secondsBefore;
    private long begun;

    @SuppressWarnings("NullAway.Init") // the surrogate is there before anything asks for it
    StudyRun(
            SurrogateSpec spec,
            String device,
            TrainingSpec training,
            Samples samples,
            long seed,
            StudyProgress progress,
            Checkpoints checkpoints) {
        this.spec = spec;
        this.device = device;
        this.training = training;
        this.samples = samples;
        this.seed = seed;
        this.progress = progress;
        this.checkpoints = checkpoints;
    }

    /** Trains until an epoch is done. */
    void train(long trainingSeed, int until) {
        if (position.epoch() >= until) {
            return;
        }
        lastEpoch = until;
        try {
            surrogate.train(samples, training, trainingSeed, position, this);
        } catch (TrainingStoppedException e) {
            if (position.epoch() < until) {
                throw e;
            }
        }
    }

    @Override
    public boolean stopRequested() {
        return position.epoch() >= lastEpoch || progress.stopRequested();
    }

    @Override
    public void afterBatch(TrainingBatch batch) {
        progress.passed(Phase.TRAIN, batch.epoch(), batch.size(), StudyProgress.TRAINING * batch.size());
    }

    @Override
    public void stoppedAt(TrainingPosition at) {
        if (progress.goesOnLater() && at.epoch() == position.epoch() && keepsWithinEpochs()) {
            position = at;
            save(progress.done());
        }
    }

    /** Whether the state of this moment, in the middle of an epoch, is all that it takes to go on. */
    boolean keepsWithinEpochs() {
        return true;
    }

    /** Since the run began, that of earlier attempts included. */
    double seconds() {
        return secondsBefore + (System.nanoTime() - begun) / 1e9;
    }

    /** @param work done, as whoever goes on from here sees it */
    void save(double work) {
        checkpoints.save(position.epoch(), out -> {
            DataOutputStream data = new DataOutputStream(out);
            data.writeInt(FORMAT);
            data.writeLong(seed);
            write(data, new Standing(position, accuracy, seconds(), work));
        });
    }

    /** A surrogate as the newest readable checkpoint has it, or a fresh one. */
    Surrogate start(SurrogateEngine engine) {
        begun = System.nanoTime();
        for (Checkpoints.Saved saved : checkpoints.saved()) {
            Surrogate resumed = engine.initialise(spec, device, seed);
            try (InputStream in = saved.open()) {
                DataInputStream data = new DataInputStream(in);
                if (data.readInt() != FORMAT || data.readLong() != seed) {
                    throw new IOException("it is of another version or run");
                }
                read(data, resumed);
                return resumed;
            } catch (IOException | IllegalArgumentException e) {
                log.warn("a checkpoint cannot be read, trying the one before it: {}", e.toString());
                resumed.close();
            } catch (RuntimeException e) {
                resumed.close();
                throw e;
            }
        }
        return engine.initialise(spec, device, seed);
    }

    void goOnFrom(Standing standing) {
        position = standing.position();
        accuracy = standing.accuracy();
        secondsBefore = standing.seconds();
        progress.resume(standing.work());
    }

    /** Writes a state. */
    abstract void write(DataOutputStream data, Standing standing) throws IOException;

    /** Goes on from what {@link #write} wrote; a state that cannot be read to its end changes nothing. */
    abstract void read(DataInputStream data, Surrogate resumed) throws IOException;

    /** How far a run is, in the state of any study. */
    record Standing(TrainingPosition position, double accuracy, double seconds, double work) {

        void writeTo(DataOutputStream data) throws IOException {
            position.write(data);
            data.writeDouble(accuracy);
            data.writeDouble(seconds);
            data.writeDouble(work);
        }

        static Standing readFrom(DataInputStream data) throws IOException {
            return new Standing(TrainingPosition.read(data), data.readDouble(), data.readDouble(), data.readDouble());
        }
    }
}
