package io.winnow.dynamics;

import io.winnow.dynamics.KernelVelocity.Found;
import io.winnow.dynamics.KernelVelocity.Measured;
import io.winnow.dynamics.KernelVelocity.Settings;
import io.winnow.scoring.Checkpoints;
import io.winnow.scoring.RunListener.Phase;
import io.winnow.surrogate.EpochSummary;
import io.winnow.surrogate.Samples;
import io.winnow.surrogate.Surrogate;
import io.winnow.surrogate.SurrogateEngine;
import io.winnow.surrogate.TangentKernel;
import io.winnow.surrogate.TrainingBatch;
import io.winnow.surrogate.TrainingListener;
import io.winnow.surrogate.TrainingStoppedException;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run of a study of kernels: a training between whose epochs kernels are taken. Its state is kept after each epoch, the
 * kernels not with it: those of that epoch follow from the weights.
 */
final class VelocityRun implements TrainingListener {

    private static final Logger log = LoggerFactory.getLogger(VelocityRun.class);
    private static final int FORMAT = 1;

    private final Settings settings;
    private final Samples samples;
    private final List<int[]> positions;
    private final long seed;
    private final StudyProgress progress;
    private final Checkpoints checkpoints;

    private final @Nullable TangentKernel[] before;
    private final List<Measured> measured = new ArrayList<>();
    private int epoch;
    private double accuracy = Double.NaN;
    private double secondsBefore;
    private long begun;
    private Surrogate surrogate;

    @SuppressWarnings("NullAway.Init") // the surrogate is there before anything asks for it
    VelocityRun(
            Settings settings,
            Samples samples,
            List<int[]> positions,
            long seed,
            StudyProgress progress,
            Checkpoints checkpoints) {
        this.settings = settings;
        this.samples = samples;
        this.positions = positions;
        this.seed = seed;
        this.progress = progress;
        this.checkpoints = checkpoints;
        this.before = new TangentKernel[positions.size()];
    }

    Found toTheEnd(SurrogateEngine engine) {
        begun = System.nanoTime();
        try (Surrogate started = start(engine)) {
            surrogate = started;
            takeKernels();
            train();
            return new Found(List.copyOf(measured), accuracy, epoch, seconds());
        }
    }

    private void train() {
        try {
            surrogate.train(samples, settings.training(), seed, epoch, this);
        } catch (TrainingStoppedException e) {
            if (epoch < settings.epochs()) {
                throw e;
            }
        }
    }

    @Override
    public boolean stopRequested() {
        return epoch >= settings.epochs() || progress.stopRequested();
    }

    @Override
    public void afterBatch(TrainingBatch batch) {
        progress.passed(Phase.TRAIN, batch.epoch(), batch.size(), StudyProgress.TRAINING * batch.size());
    }

    @Override
    public void afterEpoch(EpochSummary summary) {
        epoch = summary.epoch();
        accuracy = summary.accuracy();
        double trained = progress.done();
        takeKernels();
        if (epoch < settings.epochs()) {
            // Whoever goes on from here takes the kernels again that begin at this epoch.
            save(settings.at().contains(epoch) ? trained : progress.done());
        }
    }

    /** Those of this moment, and how far they are from those of the epoch before. */
    private void takeKernels() {
        boolean begins = settings.at().contains(epoch);
        boolean ends = settings.at().contains(epoch - 1);
        for (int group = 0; group < positions.size(); group++) {
            TangentKernel earlier = before[group];
            before[group] = null;
            if (!begins && !(ends && earlier != null)) {
                continue;
            }
            int[] of = positions.get(group);
            TangentKernel kernel = surrogate.tangentKernel(samples, of, progress);
            if (ends && earlier != null) {
                double velocity = KernelMotion.velocity(earlier, kernel);
                measured.add(new Measured(
                        group, epoch - 1, Double.isNaN(velocity) ? null : velocity, KernelSpectrum.of(earlier)));
            }
            before[group] = begins ? kernel : null;
            progress.passed(Phase.SCORE, epoch, of.length, settings.kernelInForwardPasses());
        }
    }

    private double seconds() {
        return secondsBefore + (System.nanoTime() - begun) / 1e9;
    }

    /** @param work done, as whoever goes on from here sees it */
    private void save(double work) {
        checkpoints.save(epoch, out -> {
            DataOutputStream data = new DataOutputStream(out);
            data.writeInt(FORMAT);
            data.writeLong(seed);
            data.writeInt(epoch);
            data.writeDouble(accuracy);
            data.writeDouble(seconds());
            data.writeDouble(work);
            data.writeInt(measured.size());
            for (Measured one : measured) {
                data.writeInt(one.group());
                data.writeInt(one.epoch());
                data.writeDouble(one.velocity() == null ? Double.NaN : one.velocity());
                one.spectrum().writeTo(data);
            }
            data.flush();
            surrogate.writeState(out);
        });
    }

    /** A surrogate as the newest readable checkpoint has it, or a fresh one. */
    private Surrogate start(SurrogateEngine engine) {
        for (Checkpoints.Saved saved : checkpoints.saved()) {
            Surrogate resumed = engine.initialise(settings.spec(), settings.device(), seed);
            try (InputStream in = saved.open()) {
                read(new DataInputStream(in), resumed);
                return resumed;
            } catch (IOException e) {
                log.warn("a checkpoint cannot be read, trying the one before it: {}", e.toString());
                resumed.close();
            }
        }
        return engine.initialise(settings.spec(), settings.device(), seed);
    }

    private void read(DataInputStream data, Surrogate resumed) throws IOException {
        if (data.readInt() != FORMAT || data.readLong() != seed) {
            throw new IOException("it is of another version or run");
        }
        int savedEpoch = data.readInt();
        double savedAccuracy = data.readDouble();
        double savedSeconds = data.readDouble();
        double savedWork = data.readDouble();
        List<Measured> savedMeasured = new ArrayList<>();
        for (int left = StudyState.length(data); left > 0; left--) {
            int group = data.readInt();
            int ofEpoch = data.readInt();
            double velocity = data.readDouble();
            savedMeasured.add(new Measured(
                    group, ofEpoch, Double.isNaN(velocity) ? null : velocity, KernelSpectrum.readFrom(data)));
        }
        resumed.readState(data);
        epoch = savedEpoch;
        accuracy = savedAccuracy;
        secondsBefore = savedSeconds;
        measured.addAll(savedMeasured);
        progress.resume(savedWork);
    }
}
