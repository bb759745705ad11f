package io.winnow.job;

import io.winnow.dataset.Datasets;
import io.winnow.dataset.ReadyDataset;
import io.winnow.dataset.StoreMissingException;
import io.winnow.job.RunLedger.Claim;
import io.winnow.job.checkpoint.CheckpointFolder;
import io.winnow.job.checkpoint.CheckpointSettings;
import io.winnow.platform.ConflictException;
import io.winnow.scoring.Checkpoints;
import io.winnow.scoring.MethodRegistry;
import io.winnow.scoring.RunListener;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** The kinds of work that this process can do. */
@Component
class JobKinds {

    private final Map<String, JobKind> kinds;
    private final CheckpointFolder folder;
    private final RunTable runs;
    private final CheckpointSettings settings;
    private final RunMetrics metrics;
    private final Datasets datasets;
    private final Insistence insistence;
    private final MethodRegistry methods;
    private final JobSettings jobs;

    JobKinds(
            List<JobKind> kinds,
            CheckpointFolder folder,
            RunTable runs,
            CheckpointSettings settings,
            RunMetrics metrics,
            Datasets datasets,
            Insistence insistence,
            MethodRegistry methods,
            JobSettings jobs) {
        this.kinds = kinds.stream().collect(Collectors.toUnmodifiableMap(JobKind::id, Function.identity()));
        this.folder = folder;
        this.runs = runs;
        this.settings = settings;
        this.metrics = metrics;
        this.datasets = datasets;
        this.insistence = insistence;
        this.methods = methods;
        this.jobs = jobs;
    }

    /**
     * False for the kinds, methods and networks of a later version, whose processes do what needs them. What else a later version asks
     * for raises the version of the tasks.
     */
    boolean knows(Job job) {
        return kinds.containsKey(job.kind())
                && job.model().isKnown()
                && Stream.ofNullable(job.request(Methods.class).methods())
                        .flatMap(List::stream)
                        .allMatch(methods::knows);
    }

    /** @param methods null in requests of kinds that score nothing */
    private record Methods(@Nullable List<String> methods) {}

    JobKind of(Job job) {
        JobKind kind = kinds.get(job.kind());
        if (kind == null) {
            throw new IllegalStateException("this version knows no jobs of the kind " + job.kind());
        }
        return kind;
    }

    /** What users call a job of a kind. */
    static String noun(String kind) {
        return kind.equals(ScoringKind.ID) ? "job" : kind;
    }

    /**
     * @throws io.winnow.platform.NotFoundException when the dataset is gone
     * @throws DatasetAwayException when the dataset is not what was ingested any more, or its tensor store is missing
     * @throws io.winnow.platform.ConflictException when the store was changed meanwhile: what the run kept may be of a mixture
     * @throws io.winnow.surrogate.TrainingStoppedException when the listener says stop
     */
    RunOutcome perform(Claim claim, String device, RunListener listener) {
        ReadyDataset dataset = look(claim, listener);
        boolean last = claim.attempt() >= jobs.mostAttempts();
        Checkpoints checkpoints = settings.enabled()
                ? insistence.on(() -> new RunCheckpoints(folder, runs, claim, metrics, last))
                : Checkpoints.NONE;
        RunOutcome outcome = of(claim.job()).perform(new JobRun(claim, device, dataset), listener, checkpoints);
        // What was written into a store while it was read may be half of what was scored.
        try {
            datasets.requireStoresIntact(dataset, listener);
        } catch (StoreMissingException e) {
            throw new DatasetAwayException(e);
        }
        return outcome;
    }

    private ReadyDataset look(Claim claim, RunListener listener) {
        try {
            return insistence.on(() -> intact(claim, listener));
        } catch (ConflictException e) {
            throw new DatasetAwayException(e);
        }
    }

    private ReadyDataset intact(Claim claim, RunListener listener) {
        ReadyDataset dataset = datasets.requireReady(claim.job().datasetId());
        datasets.requireIntact(dataset, listener);
        return dataset;
    }
}
