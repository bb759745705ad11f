package io.winnow.evaluation;

import io.winnow.dataset.ReadyDataset;
import io.winnow.evaluation.Points.Choice;
import io.winnow.job.JobCommands;
import io.winnow.job.JobIntake;
import io.winnow.job.JobRecord;
import io.winnow.job.JobRecords;
import io.winnow.job.JobSubjects;
import io.winnow.job.JobSubjects.Subject;
import io.winnow.job.JobsOfKind;
import io.winnow.job.NetworkTimings;
import io.winnow.job.NewJob;
import io.winnow.job.NoisyLabels;
import io.winnow.platform.Fraction;
import io.winnow.platform.InvalidRequestException.Collector;
import io.winnow.platform.NotFoundException;
import io.winnow.scoring.ScoreSet;
import io.winnow.scoring.ScoreStore;
import io.winnow.subset.SubsetPolicies;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Evaluations: jobs that train on subsets, and what they show. */
@Component
public class Evaluations extends JobsOfKind<EvaluationRequest, EvaluationView> {

    private static final int MOST_TRAININGS = 1_000;

    private final JobSubjects subjects;
    private final JobRecords records;
    private final ScoreStore scores;
    private final NetworkTimings timings;

    Evaluations(
            JobIntake intake,
            JobSubjects subjects,
            JobRecords records,
            JobCommands commands,
            ScoreStore scores,
            NetworkTimings timings) {
        super(EvaluationKind.ID, intake, records, commands);
        this.subjects = subjects;
        this.records = records;
        this.scores = scores;
        this.timings = timings;
    }

    @Override
    protected EvaluationRequest read(byte @Nullable [] body, Collector violations) {
        return EvaluationRequestReader.read(body, violations);
    }

    @Override
    protected NewJob check(EvaluationRequest request, Collector violations) {
        Checked checked = checked(request, violations);
        EvaluationPlan plan = checked.plan();
        return new NewJob(
                EvaluationKind.ID,
                checked.subject().dataset(),
                checked.subject().model(),
                plan,
                plan.seeds(),
                request.priority());
    }

    /**
     * Checks a request as {@link #submit} does and foresees what it would take; starts nothing. Waits a little for a worker to
     * time the network where none has.
     */
    public EvaluationEstimate dryRun(byte @Nullable [] body) {
        Collector violations = new Collector();
        EvaluationRequest request = read(body, violations);
        Checked checked = checked(request, violations);
        return EvaluationEstimate.of(
                checked.plan(),
                request.training()
                        .spec(request.epochs(), checked.subject().dataset().shape()),
                timings.await(
                        checked.subject(), request.device(), request.training().batchSize()));
    }

    private record Checked(Subject subject, EvaluationPlan plan) {}

    private Checked checked(EvaluationRequest request, Collector violations) {
        JobSubjects.Found found = subjects.find(request.dataset(), request.model(), request.device(), violations);
        Subject subject = subjects.require(found, violations);
        List<ScoreSet> sets = scoreSets(request, subject.dataset(), violations);
        violations.require(subject.dataset().test() != null, "dataset", "has no test split to measure accuracy on");
        if (request.labelNoise() != null) {
            NoisyLabels.check(request.labelNoise(), "labelNoise.", subject.dataset(), violations);
        }
        violations.throwIfAny();
        EvaluationPlan plan = plan(request, subject.dataset(), sets);
        checkSize(plan, violations);
        violations.throwIfAny();
        subjects.requireUnchanged(subject);
        return new Checked(subject, plan);
    }

    @Override
    protected EvaluationView whole(JobRecord job) {
        return EvaluationView.of(job, report(job));
    }

    @Override
    protected EvaluationView brief(JobRecord job) {
        return EvaluationView.of(job, null);
    }

    private EvaluationReport report(JobRecord job) {
        EvaluationReport stored = job.result(EvaluationReport.class);
        return stored != null
                ? stored
                : EvaluationReport.of(job.request(EvaluationPlan.class), records.results(job.id(), PointRun.class));
    }

    private List<ScoreSet> scoreSets(EvaluationRequest request, ReadyDataset dataset, Collector violations) {
        List<ScoreSet> sets = new ArrayList<>();
        for (int i = 0; i < request.scoreSets().size(); i++) {
            String field = "scoreSets[" + i + "]";
            try {
                ScoreSet set = scores.require(request.scoreSets().get(i));
                boolean fits = set.size() == dataset.train().size()
                        && (set.datasetId() == null || set.datasetId().equals(dataset.id()));
                violations.require(fits, field, "scores other samples than those of the dataset");
                for (Choice choice : EvaluationRequestReader.choices(request)) {
                    violations.require(
                            set.classes() > 0
                                    || !SubsetPolicies.of(choice.policy(), choice.parameters(), "")
                                            .needsClasses(),
                            field,
                            "has no classes, which policy %s needs".formatted(choice.policy()));
                }
                sets.add(set);
            } catch (NotFoundException e) {
                violations.require(false, field, "is no score set; GET /score-sets lists them");
            }
        }
        return sets;
    }

    private EvaluationPlan plan(EvaluationRequest request, ReadyDataset dataset, List<ScoreSet> sets) {
        int samples = dataset.train().size();
        Map<UUID, Double> scoringSeconds = new LinkedHashMap<>();
        for (ScoreSet set : sets) {
            if (set.job() != null) {
                records.deviceSeconds(set.job()).ifPresent(seconds -> scoringSeconds.put(set.id(), seconds));
            }
        }
        return new EvaluationPlan(
                request.device(),
                request.epochs(),
                request.training(),
                request,
                Points.of(
                        sets,
                        EvaluationRequestReader.choices(request),
                        request.ratios().stream().map(Fraction::new).toList(),
                        samples),
                samples,
                testCounts(dataset),
                scoringSeconds);
    }

    private static int[] testCounts(ReadyDataset dataset) {
        if (dataset.test() == null) {
            throw new IllegalStateException("a missing test split is a violation");
        }
        return dataset.test().classCounts();
    }

    private void checkSize(EvaluationPlan plan, Collector violations) {
        int trainings = plan.points().size() * plan.request().runs();
        violations.require(
                trainings <= MOST_TRAININGS,
                "runs",
                "makes %d trainings (%d points); at most %d are taken"
                        .formatted(trainings, plan.points().size(), MOST_TRAININGS));
        long visits = (long) trainings * plan.request().epochs() * plan.samples();
        subjects.checkSize(
                visits,
                "%d points × runs × epochs × %d samples".formatted(plan.points().size(), plan.samples()),
                violations);
    }
}
