package io.winnow.job;

import io.winnow.dataset.Datasets;
import io.winnow.dataset.ReadyDataset;
import io.winnow.dataset.Split;
import io.winnow.dataset.TensorStore;
import io.winnow.job.RunLedger.Claim;
import io.winnow.job.checkpoint.CheckpointFolder;
import io.winnow.job.checkpoint.CheckpointSettings;
import io.winnow.scoring.Checkpoints;
import io.winnow.scoring.MethodRegistry;
import io.winnow.scoring.RunListener;
import io.winnow.scoring.RunRequest;
import io.winnow.scoring.RunScorer;
import io.winnow.scoring.RunScores;
import io.winnow.scoring.ScoringMethod;
import io.winnow.scoring.Seeds;
import io.winnow.scoring.Shards;
import io.winnow.surrogate.ComputeDevice;
import io.winnow.surrogate.Samples;
import io.winnow.surrogate.SurrogateEngine;
import io.winnow.surrogate.SurrogateSpec;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Lazy;
import org.springframework.stereotype.Component;

/** The work of a run itself: opens the data, trains and scores. Knows no queue. */
@Component
class RunWork {

    private final Datasets datasets;
    private final MethodRegistry methods;
    private final RunScorer scorer;
    private final SurrogateEngine engine;
    private final RunTable runs;
    private final CheckpointFolder folder;
    private final CheckpointSettings settings;

    RunWork(
            Datasets datasets,
            MethodRegistry methods,
            RunScorer scorer,
            @Lazy SurrogateEngine engine,
            RunTable runs,
            CheckpointFolder folder,
            CheckpointSettings settings) {
        this.datasets = datasets;
        this.methods = methods;
        this.scorer = scorer;
        this.engine = engine;
        this.runs = runs;
        this.folder = folder;
        this.settings = settings;
    }

    /** Whether this process has the device that a job asks for. */
    boolean canUse(String device) {
        return device.equals(JobRequest.ANY_DEVICE)
                || engine.devices().stream().map(ComputeDevice::name).anyMatch(device::equals);
    }

    /**
     * @throws io.winnow.surrogate.TrainingDivergedException when the loss stops being finite
     * @throws io.winnow.surrogate.TrainingStoppedException when the listener says stop
     * @throws io.winnow.platform.NotFoundException when the dataset is gone
     */
    RunScores score(Claim claim, RunListener listener) {
        JobRequest request = claim.job().request();
        ReadyDataset dataset = datasets.requireReady(claim.job().datasetId());
        try (TensorStore train = datasets.open(dataset, Split.TRAIN);
                TensorStore test = dataset.test() == null ? null : datasets.open(dataset, Split.TEST)) {
            Samples samples = request.labelNoise() == null ? train : new NoisyLabels(train, request.labelNoise());
            return scorer.score(toRunRequest(claim, dataset, samples, test), listener, checkpoints(claim), Shards.NONE);
        }
    }

    private Checkpoints checkpoints(Claim claim) {
        return settings.enabled() ? new RunCheckpoints(folder, runs, claim) : Checkpoints.NONE;
    }

    private RunRequest toRunRequest(Claim claim, ReadyDataset dataset, Samples train, @Nullable Samples test) {
        JobRequest request = claim.job().request();
        List<ScoringMethod> wanted = new ArrayList<>();
        for (int i = 0; i < request.methods().size(); i++) {
            wanted.add(methods.require(request.methods().get(i), "methods[" + i + "]"));
        }
        return new RunRequest(
                new SurrogateSpec(
                        claim.job().model().architecture(),
                        claim.job().model().options(),
                        dataset.shape(),
                        dataset.classes().size()),
                request.device().equals(JobRequest.ANY_DEVICE)
                        ? engine.devices().get(0).name()
                        : request.device(),
                train,
                test,
                request.trainingSpec(dataset.shape()),
                wanted,
                request.methodOptions(),
                request.scoreAt(),
                Seeds.ofRun(request.seed(), claim.run().number()));
    }
}
