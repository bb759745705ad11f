package io.winnow.job;

import io.winnow.dataset.Datasets;
import io.winnow.dataset.ReadyDataset;
import io.winnow.dataset.Split;
import io.winnow.dataset.TensorStore;
import io.winnow.job.JobRequest.LabelNoise;
import io.winnow.job.RunLedger.Claim;
import io.winnow.job.ShardTable.ShardClaim;
import io.winnow.platform.ConflictException;
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
import io.winnow.surrogate.StopSignal;
import io.winnow.surrogate.SurrogateEngine;
import io.winnow.surrogate.SurrogateSpec;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
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
    private final ShardSpread spread;
    private final Insistence insistence;

    RunWork(
            Datasets datasets,
            MethodRegistry methods,
            RunScorer scorer,
            @Lazy SurrogateEngine engine,
            ShardSpread spread,
            Insistence insistence) {
        this.datasets = datasets;
        this.methods = methods;
        this.scorer = scorer;
        this.engine = engine;
        this.spread = spread;
        this.insistence = insistence;
    }

    /**
     * The device that this process would use for a job; empty when it has none that the job can do with. To be asked once, before the
     * work is claimed: a device that has failed may not show itself any more.
     *
     * @param wanted as the job asks for it
     */
    Optional<String> device(String wanted) {
        return engine.devices().stream()
                .map(ComputeDevice::name)
                .filter(name -> wanted.equals(JobRequest.ANY_DEVICE) || wanted.equals(name))
                .findFirst();
    }

    /**
     * @throws io.winnow.surrogate.TrainingDivergedException when the loss stops being finite
     * @throws io.winnow.surrogate.TrainingStoppedException when the listener says stop
     * @throws io.winnow.platform.NotFoundException when the dataset is gone
     * @throws io.winnow.surrogate.SamplesUnreadableException when the store goes away under the run
     */
    RunScores score(Claim claim, String device, RunListener listener, Checkpoints checkpoints) {
        return with(claim.job(), claim.run(), device, request -> {
            Shards shards = spread.of(claim, listener, kind(device));
            return scorer.score(request, listener, checkpoints, shards);
        });
    }

    /**
     * Computes a shard of a run that another worker is at work on.
     *
     * @throws IOException when the state cannot be read or the results not written
     */
    void shard(Job job, String device, ShardClaim claim, InputStream state, StopSignal stop, OutputStream out)
            throws IOException {
        try {
            with(job, claim.key().run(), device, request -> {
                try {
                    scorer.shard(request, claim.pass(), claim.from(), claim.to(), state, stop, out);
                    return true;
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** Opens the data of a job and hands over what one of its runs is to do. */
    <T> T with(Job job, RunKey run, String device, Function<RunRequest, T> work) {
        JobRequest request = job.request();
        ReadyDataset dataset = insistence.on(() -> datasets.requireReady(job.datasetId()));
        try (TensorStore train = open(dataset, Split.TRAIN);
                TensorStore test = dataset.test() == null ? null : open(dataset, Split.TEST)) {
            Samples samples = request.labelNoise() == null
                    ? train
                    : new NoisyLabels(train, request.labelNoise(), dataset.classes());
            return work.apply(toRunRequest(job, run, device, dataset, samples, test));
        }
    }

    /** Which of a dataset's training samples a noise hits. */
    BitSet spoilt(UUID datasetId, LabelNoise noise) {
        ReadyDataset dataset = datasets.requireReady(datasetId);
        try (TensorStore train = open(dataset, Split.TRAIN)) {
            return NoisyLabels.hit(train, noise, dataset.classes());
        }
    }

    private TensorStore open(ReadyDataset dataset, Split split) {
        try {
            return datasets.open(dataset, split);
        } catch (UncheckedIOException e) {
            throw new ConflictException(String.valueOf(e.getMessage()));
        }
    }

    private RunRequest toRunRequest(
            Job job, RunKey run, String device, ReadyDataset dataset, Samples train, @Nullable Samples test) {
        JobRequest request = job.request();
        List<ScoringMethod> wanted = new ArrayList<>();
        for (int i = 0; i < request.methods().size(); i++) {
            wanted.add(methods.require(request.methods().get(i), "methods[" + i + "]"));
        }
        return new RunRequest(
                new SurrogateSpec(
                        job.model().architecture(),
                        job.model().options(),
                        dataset.shape(),
                        dataset.classes().size()),
                device,
                train,
                test,
                request.trainingSpec(dataset.shape()),
                wanted,
                request.methodOptions(),
                request.scoreAt(),
                Seeds.ofRun(request.seed(), run.number()));
    }

    /** {@code cuda} of {@code cuda:1}: devices of one kind compute alike. */
    static String kind(String device) {
        int colon = device.indexOf(':');
        return colon < 0 ? device : device.substring(0, colon);
    }
}
