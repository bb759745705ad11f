package io.winnow.dynamics;

import io.winnow.dataset.Datasets;
import io.winnow.dataset.ReadyDataset;
import io.winnow.dataset.Split;
import io.winnow.dataset.TensorStore;
import io.winnow.dynamics.StudyFound.GroupHead;
import io.winnow.job.JobKind;
import io.winnow.job.JobRecord;
import io.winnow.job.JobRecords;
import io.winnow.job.JobRun;
import io.winnow.job.NoisyLabels;
import io.winnow.job.RunOutcome;
import io.winnow.platform.ConflictException;
import io.winnow.platform.WinnowProperties;
import io.winnow.scoring.Checkpoints;
import io.winnow.scoring.RunListener;
import io.winnow.surrogate.Samples;
import io.winnow.surrogate.StopSignal;
import io.winnow.surrogate.SurrogateEngine;
import io.winnow.surrogate.SurrogateSpec;
import io.winnow.surrogate.TrainingSpec;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Lazy;
import org.springframework.stereotype.Component;

/** Studies of training dynamics as a kind of work: each run is a study from a seed of its own. */
@Component
class DynamicsKind implements JobKind {

    static final String ID = "dynamics";

    private final Datasets datasets;
    private final StudyGroups groups;
    private final SurrogateEngine engine;
    private final JobRecords records;
    private final Path workDir;

    DynamicsKind(
            Datasets datasets,
            StudyGroups groups,
            @Lazy SurrogateEngine engine,
            JobRecords records,
            WinnowProperties properties) {
        this.datasets = datasets;
        this.groups = groups;
        this.engine = engine;
        this.records = records;
        this.workDir = properties.workDir();
    }

    @Override
    public String id() {
        return ID;
    }

    @Override
    public RunOutcome perform(JobRun run, RunListener listener, Checkpoints checkpoints) {
        DynamicsRequest request = run.request(DynamicsRequest.class);
        ReadyDataset dataset = run.dataset();
        SampleGroups of = groups.of(request, dataset);
        SurrogateSpec spec = new SurrogateSpec(
                run.model().architecture(),
                run.model().options(),
                dataset.shape(),
                dataset.classes().size());
        try (TensorStore train = open(dataset)) {
            Samples samples = request.labelNoise() == null
                    ? train
                    : new NoisyLabels(train, request.labelNoise(), dataset.classes());
            Study study = new Study(spec, run.device(), samples, of, listener, checkpoints);
            long seed = request.seedOf(run.number());
            return request.connects() ? connect(request, study, seed) : measureKernels(request, study, seed);
        }
    }

    /** What both studies take. */
    private record Study(
            SurrogateSpec spec,
            String device,
            Samples samples,
            SampleGroups groups,
            RunListener listener,
            Checkpoints checkpoints) {

        List<GroupHead> heads(ToIntFunction<SampleGroups.Group> samplesOf) {
            return groups.groups().stream()
                    .map(group -> {
                        int some = samplesOf.applyAsInt(group);
                        return new GroupHead(
                                group.name(), group.kind(), group.members().length, some == 0 ? null : some);
                    })
                    .toList();
        }
    }

    private RunOutcome connect(DynamicsRequest request, Study study, long seed) {
        ModeConnectivity.Found found = new ModeConnectivity(
                        engine, connectivity(request, study.spec(), study.device()), study.samples(), study.groups())
                .run(seed, workDir.resolve("dynamics"), study.listener(), study.checkpoints());
        return new StudyFound.Outcome(
                new StudyFound(study.heads(group -> 0), found.forks(), null),
                request.epochs(),
                found.accuracy(),
                found.seconds());
    }

    private RunOutcome measureKernels(DynamicsRequest request, Study study, long seed) {
        KernelVelocity.Settings settings = velocity(request, study.spec(), study.device());
        KernelVelocity.Found found = new KernelVelocity(engine, settings, study.samples(), study.groups())
                .run(seed, study.listener(), study.checkpoints());
        return new StudyFound.Outcome(
                new StudyFound(
                        study.heads(group -> Math.min(settings.samples(), group.members().length)),
                        null,
                        found.measured()),
                found.epochs(),
                found.accuracy(),
                found.seconds());
    }

    static ModeConnectivity.Settings connectivity(DynamicsRequest request, SurrogateSpec spec, String device) {
        return new ModeConnectivity.Settings(
                spec,
                device,
                training(request, spec),
                request.at(),
                request.path().length,
                Objects.requireNonNull(request.statisticsBatches()));
    }

    static KernelVelocity.Settings velocity(DynamicsRequest request, SurrogateSpec spec, String device) {
        return new KernelVelocity.Settings(
                spec, device, training(request, spec), request.at(), request.kernelSamples(), request.seed());
    }

    private static TrainingSpec training(DynamicsRequest request, SurrogateSpec spec) {
        return request.training().spec(request.epochs(), spec.input());
    }

    private TensorStore open(ReadyDataset dataset) {
        try {
            return datasets.open(dataset, Split.TRAIN);
        } catch (UncheckedIOException e) {
            throw new ConflictException(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public @Nullable Object finish(JobRecord job, StopSignal stop) {
        return DynamicsReport.of(job.request(DynamicsRequest.class), records.results(job.id(), StudyFound.class));
    }
}
