package io.winnow.dynamics;

import io.winnow.scoring.Checkpoints;
import io.winnow.scoring.PassCosts;
import io.winnow.scoring.RunListener;
import io.winnow.scoring.Seeds;
import io.winnow.surrogate.Samples;
import io.winnow.surrogate.SurrogateEngine;
import io.winnow.surrogate.SurrogateSpec;
import io.winnow.surrogate.TrainingSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;

/**
 * Linear mode connectivity by groups of samples (Paul et al. 2021, section 5; Frankle et al. 2020). From a parent after t
 * epochs two children go on to the end of the training, each under a seed of its own for the order of the samples and their
 * augmentation, and the training error is taken along the straight line between their weights.
 *
 * <p>Seeds: the parent begins and trains under the run's seed; the children's are {@code child-1} and {@code child-2} of it,
 * and the batches for the statistics come from {@code statistics} of it ({@link Seeds#of}). A child's momentum is the
 * parent's.
 */
final class ModeConnectivity {

    /**
     * What to do.
     *
     * @param spec the network
     * @param device that it runs on
     * @param training of the parent and of its children, from the first epoch to the last
     * @param at t, epochs that the parent has behind it when its children part, each in 0 … epochs−1
     * @param alphas values of α, evenly spaced, ends included, at least 2
     * @param statisticsBatches batches of the training's size, at most, from which batch normalisation's statistics are taken
     *     anew at each α
     */
    record Settings(
            SurrogateSpec spec,
            String device,
            TrainingSpec training,
            List<Integer> at,
            int alphas,
            int statisticsBatches) {

        Settings {
            at = List.copyOf(new TreeSet<>(at));
            if (at.isEmpty() || alphas < 2 || statisticsBatches < 1) {
                throw new IllegalArgumentException("a study needs epochs, two points and a batch at least");
            }
            for (int epoch : at) {
                if (epoch < 0 || epoch >= training.epochs()) {
                    throw new IllegalArgumentException(
                            "children part after 0 … %d epochs, not after %d".formatted(training.epochs() - 1, epoch));
                }
            }
        }

        /**
         * What a run costs.
         *
         * @param samples N
         * @param costs of a sample
         */
        PassWork work(int samples, PassCosts costs) {
            int last = at.get(at.size() - 1);
            long epochs = last
                    + at.stream().mapToLong(t -> 2L * (training.epochs() - t)).sum();
            return new PassWork(
                    costs.training() * samples * epochs,
                    costs.forward() * at.size() * alphas * (samples + statisticsSamples(samples)));
        }

        long statisticsSamples(int samples) {
            return Math.min(samples, (long) statisticsBatches * training.batchSize());
        }
    }

    /**
     * What was found of the children of one parent. The ends of the path are the children themselves.
     *
     * @param epoch t
     * @param errors [groups][alphas]
     * @param losses [groups][alphas]
     */
    record Fork(int epoch, double[][] errors, double[][] losses) {

        static Fork of(int epoch, List<GroupErrors> path) {
            int groups = path.get(0).errors().length;
            double[][] errors = new double[groups][path.size()];
            double[][] losses = new double[groups][path.size()];
            for (int a = 0; a < path.size(); a++) {
                for (int g = 0; g < groups; g++) {
                    errors[g][a] = path.get(a).errors()[g];
                    losses[g][a] = path.get(a).losses()[g];
                }
            }
            return new Fork(epoch, errors, losses);
        }
    }

    /**
     * What a run found.
     *
     * @param forks one for each of the parent's epochs, ascending
     * @param accuracy of the last epoch of the last child, at its visits
     * @param seconds wall time, that of earlier attempts included as far as their state was kept
     */
    record Found(List<Fork> forks, double accuracy, double seconds) {}

    private final SurrogateEngine engine;
    private final Settings settings;
    private final Samples samples;
    private final SampleGroups groups;

    ModeConnectivity(SurrogateEngine engine, Settings settings, Samples samples, SampleGroups groups) {
        this.engine = engine;
        this.settings = settings;
        this.samples = samples;
        this.groups = groups;
    }

    /**
     * One run.
     *
     * @param seed the run's
     * @param folder for states of the network that wait; nothing is left there
     * @throws io.winnow.surrogate.TrainingStoppedException when asked to stop
     */
    Found run(long seed, Path folder, RunListener listener, Checkpoints checkpoints) {
        long[] childSeeds = {Seeds.of(seed, "child-1"), Seeds.of(seed, "child-2")};
        return run(seed, childSeeds, folder, listener, checkpoints);
    }

    /** @param childSeeds of the two children */
    Found run(long seed, long[] childSeeds, Path folder, RunListener listener, Checkpoints checkpoints) {
        StudyProgress progress = new StudyProgress(
                listener,
                settings.work(samples.size(), PassCosts.IN_FORWARD_PASSES).total());
        try (ConnectivityRun run =
                new ConnectivityRun(settings, samples, groups, seed, childSeeds, folder, progress, checkpoints)) {
            return run.toTheEnd(engine);
        } catch (IOException e) {
            throw new UncheckedIOException("the state of a network could not be put by", e);
        }
    }
}
