package io.winnow.dynamics;

import io.winnow.dynamics.ModeConnectivity.Fork;
import io.winnow.dynamics.ModeConnectivity.Found;
import io.winnow.dynamics.ModeConnectivity.Settings;
import io.winnow.scoring.Checkpoints;
import io.winnow.scoring.RunListener.Phase;
import io.winnow.scoring.Seeds;
import io.winnow.surrogate.EpochSummary;
import io.winnow.surrogate.Samples;
import io.winnow.surrogate.Surrogate;
import io.winnow.surrogate.SurrogateEngine;
import io.winnow.surrogate.TrainingBatch;
import io.winnow.surrogate.TrainingListener;
import io.winnow.surrogate.TrainingStoppedException;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run of a study of mode connectivity, fork by fork: the parent goes on to t, then one child, then the other, then the
 * path between them. Its state is kept after each epoch and each point of a path. Only one network is ever there; the states
 * of the parent and of children that are done wait on disk.
 */
final class ConnectivityRun implements TrainingListener, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ConnectivityRun.class);
    private static final int FORMAT = 1;

    /** What the run is at. */
    private enum Stage {
        PARENT,
        FIRST_CHILD,
        SECOND_CHILD,
        PATH
    }

    private final Settings settings;
    private final Samples samples;
    private final SampleGroups groups;
    private final long seed;
    private final long[] childSeeds;
    private final StudyProgress progress;
    private final Checkpoints checkpoints;
    private final StateFile parent;
    private final StateFile[] children;

    private final List<Fork> forks = new ArrayList<>();
    private final List<GroupErrors> path = new ArrayList<>();
    private Stage stage = Stage.PARENT;
    /** Done of the training at work. */
    private int epoch;

    private int lastEpoch;
    private double accuracy = Double.NaN;
    private double secondsBefore;
    private long begun;
    private Surrogate surrogate;

    @SuppressWarnings("NullAway.Init") // the surrogate is there before anything asks for it
    ConnectivityRun(
            Settings settings,
            Samples samples,
            SampleGroups groups,
            long seed,
            long[] childSeeds,
            Path folder,
            StudyProgress progress,
            Checkpoints checkpoints)
            throws IOException {
        this.settings = settings;
        this.samples = samples;
        this.groups = groups;
        this.seed = seed;
        this.childSeeds = childSeeds;
        this.progress = progress;
        this.checkpoints = checkpoints;
        this.parent = new StateFile(folder);
        this.children = new StateFile[] {new StateFile(folder), new StateFile(folder)};
    }

    Found toTheEnd(SurrogateEngine engine) throws IOException {
        begun = System.nanoTime();
        try (Surrogate started = start(engine)) {
            surrogate = started;
            while (forks.size() < settings.at().size()) {
                step(settings.at().get(forks.size()));
            }
            return new Found(List.copyOf(forks), accuracy, seconds());
        }
    }

    private void step(int t) throws IOException {
        switch (stage) {
            case PARENT -> {
                train(seed, t);
                parent.put(surrogate);
                stage = Stage.FIRST_CHILD;
            }
            case FIRST_CHILD -> {
                train(childSeeds[0], settings.training().epochs());
                children[0].put(surrogate);
                parent.giveTo(surrogate);
                epoch = t;
                stage = Stage.SECOND_CHILD;
            }
            case SECOND_CHILD -> {
                train(childSeeds[1], settings.training().epochs());
                children[1].put(surrogate);
                stage = Stage.PATH;
            }
            case PATH -> {
                followPath();
                forks.add(Fork.of(t, path));
                path.clear();
                parent.giveTo(surrogate);
                epoch = t;
                stage = Stage.PARENT;
            }
        }
    }

    /** Trains until an epoch is done. */
    private void train(long trainingSeed, int until) {
        if (epoch >= until) {
            return;
        }
        lastEpoch = until;
        try {
            surrogate.train(samples, settings.training(), trainingSeed, epoch, this);
        } catch (TrainingStoppedException e) {
            if (epoch < until) {
                throw e;
            }
        }
    }

    @Override
    public boolean stopRequested() {
        return epoch >= lastEpoch || progress.stopRequested();
    }

    @Override
    public void afterBatch(TrainingBatch batch) {
        progress.passed(Phase.TRAIN, batch.epoch(), batch.size(), StudyProgress.TRAINING * batch.size());
    }

    @Override
    public void afterEpoch(EpochSummary summary) {
        epoch = summary.epoch();
        accuracy = summary.accuracy();
        save();
    }

    private void followPath() throws IOException {
        children[0].giveTo(surrogate);
        float[] first = surrogate.weights();
        children[1].giveTo(surrogate);
        float[] second = surrogate.weights();
        double[] alphas = LinearPath.alphas(settings.alphas());
        int batchSize = settings.training().batchSize();
        while (path.size() < alphas.length) {
            surrogate.weights(LinearPath.between(first, second, alphas[path.size()]));
            surrogate.estimateStatistics(
                    samples, batchSize, settings.statisticsBatches(), Seeds.of(seed, "statistics"), progress);
            int estimated = (int) settings.statisticsSamples(samples.size());
            progress.passed(Phase.SCORE, epoch, estimated, StudyProgress.FORWARD * estimated);
            path.add(GroupErrors.measure(surrogate, samples, groups, progress, epoch));
            if (path.size() < alphas.length) {
                save();
            }
        }
    }

    private double seconds() {
        return secondsBefore + (System.nanoTime() - begun) / 1e9;
    }

    private void save() {
        checkpoints.save(epoch, out -> {
            DataOutputStream data = new DataOutputStream(out);
            data.writeInt(FORMAT);
            data.writeLong(seed);
            data.writeInt(stage.ordinal());
            data.writeInt(epoch);
            data.writeDouble(accuracy);
            data.writeDouble(seconds());
            data.writeDouble(progress.done());
            StudyState.writeForks(data, forks);
            StudyState.writePath(data, path);
            for (StateFile waiting : waiting(stage)) {
                waiting.writeTo(data);
            }
            data.flush();
            if (stage != Stage.PATH) {
                surrogate.writeState(out);
            }
        });
    }

    /** What waits on disk at a stage. */
    private List<StateFile> waiting(Stage at) {
        return switch (at) {
            case PARENT -> List.of();
            case FIRST_CHILD -> List.of(parent);
            case SECOND_CHILD -> List.of(parent, children[0]);
            case PATH -> List.of(parent, children[0], children[1]);
        };
    }

    /** A surrogate as the newest readable checkpoint has it, or a fresh one. */
    private Surrogate start(SurrogateEngine engine) {
        for (Checkpoints.Saved saved : checkpoints.saved()) {
            Surrogate resumed = engine.initialise(settings.spec(), settings.device(), seed);
            try (InputStream in = saved.open()) {
                read(new DataInputStream(in), resumed);
                return resumed;
            } catch (IOException | IllegalArgumentException e) {
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
        Stage savedStage = StudyState.constant(Stage.values(), data.readInt());
        int savedEpoch = data.readInt();
        double savedAccuracy = data.readDouble();
        double savedSeconds = data.readDouble();
        double savedWork = data.readDouble();
        List<Fork> savedForks = StudyState.readForks(data);
        List<GroupErrors> savedPath = StudyState.readPath(data);
        for (StateFile waiting : waiting(savedStage)) {
            waiting.readFrom(data);
        }
        if (savedStage != Stage.PATH) {
            resumed.readState(data);
        }
        stage = savedStage;
        epoch = savedEpoch;
        accuracy = savedAccuracy;
        secondsBefore = savedSeconds;
        forks.addAll(savedForks);
        path.addAll(savedPath);
        progress.resume(savedWork);
    }

    @Override
    public void close() throws IOException {
        parent.close();
        children[0].close();
        children[1].close();
    }
}
