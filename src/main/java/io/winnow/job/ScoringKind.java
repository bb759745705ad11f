package io.winnow.job;

import io.winnow.dataset.Datasets;
import io.winnow.job.JobCosts.RunSeconds;
import io.winnow.job.JobRequest.LabelNoise;
import io.winnow.scoring.Checkpoints;
import io.winnow.scoring.RunListener;
import io.winnow.scoring.RunScores;
import io.winnow.scoring.RunScores.EpochAccuracy;
import io.winnow.scoring.ScoreSet;
import io.winnow.scoring.ScoreStore;
import io.winnow.surrogate.StopSignal;
import java.util.BitSet;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Scoring: each run trains a surrogate and scores all samples, and the finish makes score sets of the runs. */
@Component
public class ScoringKind implements JobKind {

    static final String ID = "scoring";

    private final RunWork work;
    private final ScoreStore scores;
    private final Datasets datasets;
    private final RunTable runs;
    private final ScoreSetUse use;

    ScoringKind(RunWork work, ScoreStore scores, Datasets datasets, RunTable runs, ScoreSetUse use) {
        this.work = work;
        this.scores = scores;
        this.datasets = datasets;
        this.runs = runs;
        this.use = use;
    }

    /** @param labelNoise null unless labels were spoilt */
    record Result(
            List<ScoreSetRef> scoreSets,
            @Nullable NoiseReport labelNoise,
            @Nullable JobCosts costs) {

        static final Result NONE = new Result(List.of(), null, null);
    }

    /** What a scoring run found. */
    record Outcome(RunScores scores, ScoreStore store) implements RunOutcome {

        @Override
        public List<EpochAccuracy> history() {
            return scores.history();
        }

        @Override
        public double seconds() {
            return scores.trainingSeconds() + scores.scoringSeconds();
        }

        @Override
        public Object document() {
            return new RunSeconds(scores.trainingSeconds(), scores.scoringSeconds());
        }

        @Override
        public void keep(UUID job, int run) {
            store.keepRun(job, run, scores);
        }
    }

    @Override
    public String id() {
        return ID;
    }

    /** Also for jobs of other kinds whose stored request has all the fields of a {@link JobRequest}. */
    @Override
    public RunOutcome perform(JobRun run, RunListener listener, Checkpoints checkpoints) {
        return new Outcome(work.score(run.claim(), run.device(), listener, checkpoints), scores);
    }

    @Override
    public Object finish(JobRecord job, StopSignal stop) {
        List<ScoreSet> published = publish(job, stop);
        return new Result(
                published.stream().map(ScoreSetRef::of).toList(),
                noiseReport(job, published, stop),
                JobCosts.of(runs.results(job.id(), RunSeconds.class).values()));
    }

    /**
     * Averages the runs of a job that were scoring runs, in the caller's transaction.
     *
     * @throws io.winnow.surrogate.TrainingStoppedException when the signal says stop
     */
    public List<ScoreSet> publish(JobRecord job, StopSignal stop) {
        return scores.publish(
                job.id(),
                job.datasetId(),
                job.dataset(),
                job.progress().runs(),
                datasets.trainingPositions(job.datasetId()),
                stop);
    }

    @Override
    public void delete(UUID job) {
        use.requireNone(job);
        scores.deleteJob(job);
    }

    private @Nullable NoiseReport noiseReport(JobRecord job, List<ScoreSet> published, StopSignal stop) {
        LabelNoise noise = job.request(JobRequest.class).labelNoise();
        if (noise == null || published.isEmpty()) {
            return null;
        }
        BitSet spoilt = work.spoilt(job.datasetId(), noise);
        return new NoiseReport(
                spoilt.cardinality(),
                published.stream()
                        .peek(set -> stop.check())
                        .map(set -> NoiseReport.detection(set, scores.scores(set.id()), spoilt))
                        .toList());
    }
}
