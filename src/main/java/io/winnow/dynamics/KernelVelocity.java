package io.winnow.dynamics;

import io.winnow.scoring.Seeds;
import io.winnow.surrogate.EpochSummary;
import io.winnow.surrogate.Samples;
import io.winnow.surrogate.StopSignal;
import io.winnow.surrogate.Surrogate;
import io.winnow.surrogate.SurrogateEngine;
import io.winnow.surrogate.SurrogateSpec;
import io.winnow.surrogate.TangentKernel;
import io.winnow.surrogate.TrainingListener;
import io.winnow.surrogate.TrainingSpec;
import io.winnow.surrogate.TrainingStoppedException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * How fast the tangent kernel turns, by groups of samples (Paul et al. 2021, section 5): for some samples of each group, and
 * for as many of all samples, the kernels K_t and K_{t+1} after t and t + 1 epochs, the velocity 1 − ⟨K_t, K_{t+1}⟩ /
 * (‖K_t‖·‖K_{t+1}‖) and the spectrum of K_t. Kernels of a group are kept for one epoch, 8·(m·C)² bytes each.
 */
public final class KernelVelocity {

    /** The name under which samples of all groups are told. */
    public static final String RANDOM = "random";

    /**
     * What to do.
     *
     * @param spec the network
     * @param device that it runs on
     * @param training whose epochs are looked at
     * @param epochs t, each in 0 … epochs−1
     * @param samples m, samples a group; a smaller group is taken whole
     * @param drawSeed of the samples that are drawn: the same for all runs of a study
     */
    public record Settings(
            SurrogateSpec spec,
            String device,
            TrainingSpec training,
            List<Integer> epochs,
            int samples,
            long drawSeed) {

        public Settings {
            epochs = List.copyOf(new TreeSet<>(epochs));
            if (epochs.isEmpty() || samples < 1) {
                throw new IllegalArgumentException("a study needs epochs and a sample at least");
            }
            TangentKernel.sideOf(samples, spec.classes());
            for (int epoch : epochs) {
                if (epoch < 0 || epoch >= training.epochs()) {
                    throw new IllegalArgumentException(
                            "a velocity is that of epoch 0 … %d, not of %d".formatted(training.epochs() - 1, epoch));
                }
            }
        }
    }

    /**
     * What was found of a group at a time.
     *
     * @param group its name, or {@link #RANDOM}
     * @param epoch t
     * @param velocity from t to t + 1
     * @param spectrum of K_t
     */
    public record Measured(String group, int epoch, double velocity, KernelSpectrum spectrum) {}

    private final SurrogateEngine engine;
    private final Settings settings;
    private final Samples samples;
    private final List<String> names;
    private final List<int[]> positions;
    private final StopSignal stop;

    public KernelVelocity(
            SurrogateEngine engine, Settings settings, Samples samples, SampleGroups groups, StopSignal stop) {
        this.engine = engine;
        this.settings = settings;
        this.samples = samples;
        this.stop = stop;
        this.names = new ArrayList<>(groups.names());
        this.positions = new ArrayList<>();
        for (int group = 0; group < groups.names().size(); group++) {
            positions.add(drawn(groups.members(group), groups.names().get(group)));
        }
        names.add(RANDOM);
        positions.add(drawn(IntStream.range(0, samples.size()).toArray(), RANDOM));
    }

    private int[] drawn(int[] from, String name) {
        return SampleGroups.draw(from, settings.samples(), Seeds.of(settings.drawSeed(), "kernel-" + name));
    }

    /**
     * One run.
     *
     * @param seed the run's: of the network and its training
     * @return by epoch, and by group within it
     * @throws TrainingStoppedException when asked to stop
     */
    public List<Measured> run(long seed) {
        try (Surrogate surrogate = engine.initialise(settings.spec(), settings.device(), seed)) {
            Watch watch = new Watch(surrogate);
            watch.reached(0);
            try {
                surrogate.train(samples, settings.training(), seed, 0, watch);
            } catch (TrainingStoppedException e) {
                if (!watch.done) {
                    throw e;
                }
            }
            return watch.measured;
        }
    }

    /** Takes the kernels between epochs. */
    private final class Watch implements TrainingListener {

        private final Surrogate surrogate;
        private final int last = settings.epochs().get(settings.epochs().size() - 1);
        private final @Nullable TangentKernel[] before = new TangentKernel[names.size()];
        private final List<Measured> measured = new ArrayList<>();
        private boolean done;

        Watch(Surrogate surrogate) {
            this.surrogate = surrogate;
        }

        @Override
        public boolean stopRequested() {
            return done || stop.stopRequested();
        }

        @Override
        public void afterEpoch(EpochSummary epoch) {
            reached(epoch.epoch());
        }

        void reached(int epoch) {
            boolean begins = settings.epochs().contains(epoch);
            boolean ends = settings.epochs().contains(epoch - 1);
            for (int group = 0; (begins || ends) && group < names.size(); group++) {
                TangentKernel kernel = surrogate.tangentKernel(samples, positions.get(group), stop);
                TangentKernel earlier = before[group];
                if (ends && earlier != null) {
                    measured.add(new Measured(
                            names.get(group),
                            epoch - 1,
                            KernelMotion.velocity(earlier, kernel),
                            KernelSpectrum.of(earlier)));
                }
                before[group] = begins ? kernel : null;
            }
            done = epoch > last;
        }
    }
}
