package io.winnow.evaluation;

import io.winnow.dataset.Datasets;
import io.winnow.dataset.ReadyDataset;
import io.winnow.dataset.Split;
import io.winnow.dataset.TensorStore;
import io.winnow.job.JobKind;
import io.winnow.job.JobRecord;
import io.winnow.job.JobRecords;
import io.winnow.job.JobRun;
import io.winnow.job.NoisyLabels;
import io.winnow.job.RunOutcome;
import io.winnow.platform.ConflictException;
import io.winnow.scoring.Checkpoints;
import io.winnow.scoring.RunListener;
import io.winnow.scoring.ScoreStore;
import io.winnow.subset.SubsetPolicies;
import io.winnow.subset.SubsetRequest;
import io.winnow.subset.SubsetRequest.Order;
import io.winnow.subset.SubsetSelector;
import io.winnow.surrogate.Samples;
import io.winnow.surrogate.StopSignal;
import io.winnow.surrogate.SurrogateEngine;
import io.winnow.surrogate.SurrogateSpec;
import io.winnow.surrogate.TrainingSpec;
import java.io.UncheckedIOException;
import java.util.UUID;
import org.springframework.context.annotation.Lazy;
import org.springframework.stereotype.Component;

/** Evaluation as a kind of work: each run is one training of one point. */
@Component
class EvaluationKind implements JobKind {

    static final String ID = "evaluation";

    private final Datasets datasets;
    private final ScoreStore scores;
    private final SubsetSelector selector;
    private final SurrogateEngine engine;
    private final JobRecords records;

    EvaluationKind(
            Datasets datasets,
            ScoreStore scores,
            SubsetSelector selector,
            @Lazy SurrogateEngine engine,
            JobRecords records) {
        this.datasets = datasets;
        this.scores = scores;
        this.selector = selector;
        this.engine = engine;
        this.records = records;
    }

    @Override
    public String id() {
        return ID;
    }

    @Override
    public RunOutcome perform(JobRun run, RunListener listener, Checkpoints checkpoints) {
        EvaluationPlan plan = run.request(EvaluationPlan.class);
        EvaluationRequest request = plan.request();
        Point point = plan.pointOf(run.number());
        int repetition = plan.repetitionOf(run.number());
        ReadyDataset dataset = run.dataset();
        try (TensorStore train = open(dataset, Split.TRAIN);
                TensorStore test = open(dataset, Split.TEST)) {
            Samples labelled = request.labelNoise() == null
                    ? train
                    : new NoisyLabels(train, request.labelNoise(), dataset.classes());
            Samples kept = select(plan, point, repetition, labelled);
            TrainingSpec whole = request.training().spec(request.epochs(), dataset.shape());
            return new PointTraining(
                            new SurrogateSpec(
                                    run.model().architecture(),
                                    run.model().options(),
                                    dataset.shape(),
                                    dataset.classes().size()),
                            run.device(),
                            PointSeeds.training(request.seed(), point, repetition),
                            kept,
                            test,
                            StepBudget.of(request, whole, train.size(), kept.size()),
                            listener,
                            checkpoints)
                    .run(engine, plan.tests());
        }
    }

    private Samples select(EvaluationPlan plan, Point point, int repetition, Samples all) {
        if (point.policy().equals(Point.FULL)) {
            return all;
        }
        // Random samples depend on the number of samples alone: any of the score sets has it.
        UUID set = point.scoreSet() == null ? plan.request().scoreSets().get(0) : point.scoreSet();
        SubsetRequest request = new SubsetRequest(
                scores.require(set),
                SubsetPolicies.of(point.policy(), point.parameters(), ""),
                point.fraction(),
                PointSeeds.subset(plan.request().seed(), repetition),
                Order.INDEX);
        return SubsetSamples.of(all, selector.selectScored(request).samples());
    }

    private TensorStore open(ReadyDataset dataset, Split split) {
        try {
            return datasets.open(dataset, split);
        } catch (UncheckedIOException e) {
            throw new ConflictException(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public Object finish(JobRecord job, StopSignal stop) {
        return EvaluationReport.of(job.request(EvaluationPlan.class), records.results(job.id(), PointRun.class));
    }
}
