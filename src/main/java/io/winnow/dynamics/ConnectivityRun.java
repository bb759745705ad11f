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
import io.winnow.surrogate.TrainingPosition;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * One run of a study of mode connectivity, fork by fork: the parent goes on to t, then one child, then the other, then the
 * path between them. Its state is kept after each epoch and each point of a path, and where it is stopped to go on later. Only one
 * network is ever there; the states of the parent and of children that are done wait on disk.
 */
final class ConnectivityRun extends StudyRun implements AutoCloseable {

    /** What the run is at. */
    private enum Stage {
        PARENT,
        FIRST_CHILD,
        SECOND_CHILD,
        PATH
    }

    private final Settings settings;
    private final SampleGroups groups;
    private final long[] childSeeds;
    private final StateFile parent;
    private final StateFile[] children;

    private final List<Fork> forks = new ArrayList<>();
    private final List<GroupErrors> path = new ArrayList<>();
    private Stage stage = Stage.PARENT;

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
        super(settings.spec(), settings.device(), settings.training(), samples, seed, progress, checkpoints);
        this.settings = settings;
        this.groups = groups;
        this.childSeeds = childSeeds;
        this.parent = new StateFile(folder);
        this.children = new StateFile[] {new StateFile(folder), new StateFile(folder)};
    }

    Found toTheEnd(SurrogateEngine engine) throws IOException {
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
                position = TrainingPosition.after(t);
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
                position = TrainingPosition.after(t);
                stage = Stage.PARENT;
            }
        }
    }

    @Override
    public void afterEpoch(EpochSummary summary) {
        position = TrainingPosition.after(summary.epoch());
        accuracy = summary.accuracy();
        save(progress.done());
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
            progress.passed(Phase.SCORE, position.epoch(), estimated, StudyProgress.FORWARD * estimated);
            path.add(GroupErrors.measure(surrogate, samples, groups, progress, position.epoch()));
            if (path.size() < alphas.length) {
                save(progress.done());
            }
        }
    }

    @Override
    void write(DataOutputStream data, Standing standing) throws IOException {
        data.writeInt(stage.ordinal());
        standing.writeTo(data);
        StudyState.writeForks(data, forks);
        StudyState.writePath(data, path);
        for (StateFile waiting : waiting(stage)) {
            waiting.writeTo(data);
        }
        if (stage != Stage.PATH) {
            surrogate.writeState(data);
        }
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

    @Override
    void read(DataInputStream data, Surrogate resumed) throws IOException {
        Stage savedStage = StudyState.constant(Stage.values(), data.readInt());
        Standing standing = Standing.readFrom(data);
        List<Fork> savedForks = StudyState.readForks(data);
        List<GroupErrors> savedPath = StudyState.readPath(data);
        for (StateFile waiting : waiting(savedStage)) {
            waiting.readFrom(data);
        }
        if (savedStage != Stage.PATH) {
            resumed.readState(data);
        }
        stage = savedStage;
        forks.addAll(savedForks);
        path.addAll(savedPath);
        goOnFrom(standing);
    }

    @Override
    public void close() throws IOException {
        parent.close();
        children[0].close();
        children[1].close();
    }
}
