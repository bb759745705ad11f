package io.winnow.dynamics;

import io.winnow.scoring.Seeds;
import io.winnow.surrogate.EpochSummary;
import io.winnow.surrogate.Samples;
import io.winnow.surrogate.StopSignal;
import io.winnow.surrogate.Surrogate;
import io.winnow.surrogate.SurrogateEngine;
import io.winnow.surrogate.SurrogateSpec;
import io.winnow.surrogate.TrainingListener;
import io.winnow.surrogate.TrainingSpec;
import io.winnow.surrogate.TrainingStoppedException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
public final class ModeConnectivity {

    /**
     * What to do.
     *
     * @param spec the network
     * @param device that it runs on
     * @param training of the parent and of its children, from the first epoch to the last
     * @param parentEpochs t, epochs that the parent has behind it when its children part, each in 0 … epochs−1
     * @param points values of α, evenly spaced, ends included, at least 2
     * @param statisticsBatches batches of the training's size, at most, from which batch normalisation's statistics are taken
     *     anew at each α
     */
    public record Settings(
            SurrogateSpec spec,
            String device,
            TrainingSpec training,
            List<Integer> parentEpochs,
            int points,
            int statisticsBatches) {

        public Settings {
            parentEpochs = List.copyOf(new TreeSet<>(parentEpochs));
            if (parentEpochs.isEmpty() || points < 2 || statisticsBatches < 1) {
                throw new IllegalArgumentException("a study needs epochs, two points and a batch at least");
            }
            for (int epoch : parentEpochs) {
                if (epoch < 0 || epoch >= training.epochs()) {
                    throw new IllegalArgumentException(
                            "children part after 0 … %d epochs, not after %d".formatted(training.epochs() - 1, epoch));
                }
            }
        }
    }

    /**
     * What was found of the children of one parent.
     *
     * @param parentEpoch t
     * @param children what each child does by itself, its statistics taken as on the path
     * @param path between them
     */
    public record Fork(int parentEpoch, List<GroupErrors> children, LinearPath path) {}

    private final SurrogateEngine engine;
    private final Settings settings;
    private final Samples samples;
    private final SampleGroups groups;
    private final StopSignal stop;

    public ModeConnectivity(
            SurrogateEngine engine, Settings settings, Samples samples, SampleGroups groups, StopSignal stop) {
        if (groups.groupOf().length != samples.size()) {
            throw new IllegalArgumentException(
                    "the groups are of %d samples, not of %d".formatted(groups.groupOf().length, samples.size()));
        }
        this.engine = engine;
        this.settings = settings;
        this.samples = samples;
        this.groups = groups;
        this.stop = stop;
    }

    /**
     * One run.
     *
     * @param seed the run's
     * @param folder for the parent's states, which are deleted as they are done with
     * @return a fork for each of the parent's epochs, ascending
     * @throws TrainingStoppedException when asked to stop
     */
    public List<Fork> run(long seed, Path folder) {
        return run(seed, new long[] {Seeds.of(seed, "child-1"), Seeds.of(seed, "child-2")}, folder);
    }

    /** @param childSeeds of the two children */
    List<Fork> run(long seed, long[] childSeeds, Path folder) {
        try (Surrogate surrogate = engine.initialise(settings.spec(), settings.device(), seed)) {
            trainParent(surrogate, seed, folder);
            List<Fork> forks = new ArrayList<>();
            for (int epoch : settings.parentEpochs()) {
                Path state = state(folder, epoch);
                forks.add(fork(surrogate, epoch, state, childSeeds, Seeds.of(seed, "statistics")));
                Files.delete(state);
            }
            return forks;
        } catch (IOException e) {
            throw new UncheckedIOException("the state of a parent could not be kept", e);
        }
    }

    /** As far as the last children need it. */
    private void trainParent(Surrogate surrogate, long seed, Path folder) throws IOException {
        List<Integer> epochs = settings.parentEpochs();
        int last = epochs.get(epochs.size() - 1);
        if (epochs.get(0) == 0) {
            write(surrogate, state(folder, 0));
        }
        if (last == 0) {
            return;
        }
        boolean[] done = {false};
        try {
            surrogate.train(samples, settings.training(), seed, 0, new TrainingListener() {

                @Override
                public boolean stopRequested() {
                    return done[0] || stop.stopRequested();
                }

                @Override
                public void afterEpoch(EpochSummary epoch) {
                    if (epochs.contains(epoch.epoch())) {
                        write(surrogate, state(folder, epoch.epoch()));
                    }
                    done[0] = epoch.epoch() == last;
                }
            });
        } catch (TrainingStoppedException e) {
            if (!done[0]) {
                throw e;
            }
        }
    }

    private Fork fork(Surrogate surrogate, int epoch, Path state, long[] childSeeds, long statisticsSeed)
            throws IOException {
        List<float[]> weights = new ArrayList<>();
        List<GroupErrors> children = new ArrayList<>();
        for (long childSeed : childSeeds) {
            try (InputStream in = Files.newInputStream(state)) {
                surrogate.readState(in);
            }
            surrogate.train(samples, settings.training(), childSeed, epoch, new Stopping(stop));
            weights.add(surrogate.weights());
            children.add(measure(surrogate, statisticsSeed));
        }
        double[] alphas = LinearPath.alphas(settings.points());
        List<GroupErrors> points = new ArrayList<>();
        for (double alpha : alphas) {
            surrogate.weights(LinearPath.between(weights.get(0), weights.get(1), alpha));
            points.add(measure(surrogate, statisticsSeed));
        }
        return new Fork(epoch, children, new LinearPath(alphas, points));
    }

    private GroupErrors measure(Surrogate surrogate, long statisticsSeed) {
        surrogate.estimateStatistics(
                samples, settings.training().batchSize(), settings.statisticsBatches(), statisticsSeed, stop);
        return GroupErrors.measure(surrogate, samples, groups, stop);
    }

    private static Path state(Path folder, int epoch) {
        return folder.resolve("parent-%d.state".formatted(epoch));
    }

    private static void write(Surrogate surrogate, Path file) {
        try (OutputStream out = Files.newOutputStream(file)) {
            surrogate.writeState(out);
        } catch (IOException e) {
            throw new UncheckedIOException("the state of a parent could not be kept", e);
        }
    }

    private record Stopping(StopSignal stop) implements TrainingListener {

        @Override
        public boolean stopRequested() {
            return stop.stopRequested();
        }
    }
}
