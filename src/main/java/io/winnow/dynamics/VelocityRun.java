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
import io.winnow.surrogate.TrainingPosition;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One run of a study of kernels: a training between whose epochs kernels are taken. Its state is kept after each epoch, the
 * kernels not with it: those of that epoch follow from the weights. Stopped within an epoch at whose begin kernels were taken, it goes
 * back to that epoch's begin.
 */
final class VelocityRun extends StudyRun {

    private final Settings settings;
    private final List<int[]> positions;
    private final @Nullable TangentKernel[] before;
    private final List<Measured> measured = new ArrayList<>();

    VelocityRun(
            Settings settings,
            Samples samples,
            List<int[]> positions,
            long seed,
            StudyProgress progress,
            Checkpoints checkpoints) {
        super(settings.spec(), settings.device(), settings.training(), samples, seed, progress, checkpoints);
        this.settings = settings;
        this.positions = positions;
        this.before = new TangentKernel[positions.size()];
    }

    Found toTheEnd(SurrogateEngine engine) {
        try (Surrogate started = start(engine)) {
            surrogate = started;
            takeKernels();
            train(seed, settings.epochs());
            return new Found(List.copyOf(measured), accuracy, position.epoch(), seconds());
        }
    }

    @Override
    public void afterEpoch(EpochSummary summary) {
        position = TrainingPosition.after(summary.epoch());
        accuracy = summary.accuracy();
        double trained = progress.done();
        takeKernels();
        int epoch = position.epoch();
        if (epoch < settings.epochs()) {
            // Whoever goes on from here takes the kernels again that begin at this epoch.
            save(settings.at().contains(epoch) ? trained : progress.done());
        }
    }

    /** Those of this moment, and how far they are from those of the epoch before. */
    private void takeKernels() {
        int epoch = position.epoch();
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

    /** Kernels that wait for those of the next epoch are of weights that are gone. */
    @Override
    boolean keepsWithinEpochs() {
        return Arrays.stream(before).allMatch(Objects::isNull);
    }

    @Override
    void write(DataOutputStream data, Standing standing) throws IOException {
        standing.writeTo(data);
        data.writeInt(measured.size());
        for (Measured one : measured) {
            data.writeInt(one.group());
            data.writeInt(one.epoch());
            data.writeDouble(one.velocity() == null ? Double.NaN : one.velocity());
            one.spectrum().writeTo(data);
        }
        surrogate.writeState(data);
    }

    @Override
    void read(DataInputStream data, Surrogate resumed) throws IOException {
        Standing standing = Standing.readFrom(data);
        List<Measured> savedMeasured = new ArrayList<>();
        for (int left = StudyState.length(data); left > 0; left--) {
            int group = data.readInt();
            int ofEpoch = data.readInt();
            double velocity = data.readDouble();
            savedMeasured.add(new Measured(
                    group, ofEpoch, Double.isNaN(velocity) ? null : velocity, KernelSpectrum.readFrom(data)));
        }
        resumed.readState(data);
        measured.addAll(savedMeasured);
        goOnFrom(standing);
    }
}
