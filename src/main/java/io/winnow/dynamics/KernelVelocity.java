package io.winnow.dynamics;

import io.winnow.dynamics.SampleGroups.Group;
import io.winnow.scoring.Checkpoints;
import io.winnow.scoring.PassCosts;
import io.winnow.scoring.RunListener;
import io.winnow.scoring.Seeds;
import io.winnow.surrogate.Samples;
import io.winnow.surrogate.SurrogateEngine;
import io.winnow.surrogate.SurrogateSpec;
import io.winnow.surrogate.TangentKernel;
import io.winnow.surrogate.TrainingSpec;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * How fast the tangent kernel turns, by groups of samples (Paul et al. 2021, section 5): for some samples of each group the
 * kernels K_t and K_{t+1} after t and t + 1 epochs, the velocity 1 − ⟨K_t, K_{t+1}⟩ / (‖K_t‖·‖K_{t+1}‖) and the spectrum of
 * K_t. Kernels of a group are kept for one epoch, 8·(m·C)² bytes each.
 */
final class KernelVelocity {

    /**
     * What to do.
     *
     * @param spec the network
     * @param device that it runs on
     * @param training whose epochs are looked at
     * @param at t, each in 0 … epochs−1
     * @param samples m, samples a group; a smaller group is taken whole
     * @param drawSeed of the samples that are drawn: the same for all runs of a study
     */
    record Settings(
            SurrogateSpec spec, String device, TrainingSpec training, List<Integer> at, int samples, long drawSeed) {

        Settings {
            at = List.copyOf(new TreeSet<>(at));
            if (at.isEmpty() || samples < 1) {
                throw new IllegalArgumentException("a study needs epochs and a sample at least");
            }
            TangentKernel.sideOf(samples, spec.classes());
            for (int epoch : at) {
                if (epoch < 0 || epoch >= training.epochs()) {
                    throw new IllegalArgumentException(
                            "a velocity is that of epoch 0 … %d, not of %d".formatted(training.epochs() - 1, epoch));
                }
            }
        }

        /** Epochs of training that a run takes. */
        int epochs() {
            return at.get(at.size() - 1) + 1;
        }

        /** How many kernels a run takes of each group. */
        long kernels() {
            return at.stream()
                    .flatMap(t -> List.of(t, t + 1).stream())
                    .distinct()
                    .count();
        }

        /**
         * What a run costs.
         *
         * @param all N
         * @param training of a sample
         * @param kernel of a group
         */
        PassWork work(int all, int groups, double training, double kernel) {
            return new PassWork(training * all * epochs(), kernel * groups * kernels());
        }

        /** A kernel's part in a progress bar: passes for each class, and products of gradients that grow with its square. */
        double kernelInForwardPasses() {
            double side = (double) samples * spec.classes();
            return side * (PassCosts.IN_FORWARD_PASSES.gradientSum() + side / PRODUCTS_A_PASS);
        }
    }

    /** Seen with small networks: as many products of two gradients take as long as a forward pass. */
    private static final double PRODUCTS_A_PASS = 50;

    /**
     * What was found of a group at a time.
     *
     * @param group its place among the groups
     * @param epoch t
     * @param velocity from t to t + 1; null where a kernel is zero
     * @param spectrum of K_t
     */
    record Measured(int group, int epoch, @Nullable Double velocity, KernelSpectrum spectrum) {}

    /**
     * What a run found.
     *
     * @param measured by epoch, and by group within it
     * @param accuracy of the last epoch, at its visits
     * @param epochs trained
     * @param seconds wall time, that of earlier attempts included as far as their state was kept
     */
    record Found(List<Measured> measured, double accuracy, int epochs, double seconds) {}

    private final SurrogateEngine engine;
    private final Settings settings;
    private final Samples samples;
    private final List<int[]> positions;

    KernelVelocity(SurrogateEngine engine, Settings settings, Samples samples, SampleGroups groups) {
        this.engine = engine;
        this.settings = settings;
        this.samples = samples;
        this.positions = groups.groups().stream()
                .map(group -> drawn(group, settings.samples(), settings.drawSeed()))
                .toList();
    }

    /** The samples of a group that its kernels are of. */
    static int[] drawn(Group group, int samples, long drawSeed) {
        return SampleGroups.draw(group.members(), samples, Seeds.of(drawSeed, "kernel-" + group.name()));
    }

    /**
     * One run.
     *
     * @param seed the run's: of the network and its training
     * @throws io.winnow.surrogate.TrainingStoppedException when asked to stop
     */
    Found run(long seed, RunListener listener, Checkpoints checkpoints) {
        PassWork work = settings.work(
                samples.size(), positions.size(), StudyProgress.TRAINING, settings.kernelInForwardPasses());
        StudyProgress progress = new StudyProgress(listener, work.total());
        return new VelocityRun(settings, samples, positions, seed, progress, checkpoints).toTheEnd(engine);
    }
}
