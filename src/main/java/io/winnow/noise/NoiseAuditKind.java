package io.winnow.noise;

import io.winnow.dataset.Datasets;
import io.winnow.dataset.ReadyDataset;
import io.winnow.dataset.Split;
import io.winnow.dataset.TensorStore;
import io.winnow.job.JobKind;
import io.winnow.job.JobRecord;
import io.winnow.job.JobRequest;
import io.winnow.job.JobRequest.LabelNoise;
import io.winnow.job.JobRun;
import io.winnow.job.NoiseReport;
import io.winnow.job.NoisyLabels;
import io.winnow.job.RunOutcome;
import io.winnow.job.ScoringKind;
import io.winnow.noise.NoiseAuditReport.Cut;
import io.winnow.noise.NoiseAuditReport.Finding;
import io.winnow.scoring.Checkpoints;
import io.winnow.scoring.RunListener;
import io.winnow.scoring.ScoreSet;
import io.winnow.scoring.ScoreStore;
import io.winnow.surrogate.StopSignal;
import java.util.BitSet;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.springframework.stereotype.Component;

/**
 * A noise audit as a kind of work: its runs score, as those of a job, samples among which wrong labels were planted. The scores
 * are those of spoilt data and serve the report only: no score set is left of them.
 */
@Component
class NoiseAuditKind implements JobKind {

    static final String ID = "noise-audit";

    private final ScoringKind scoring;
    private final ScoreStore scores;
    private final Datasets datasets;

    NoiseAuditKind(ScoringKind scoring, ScoreStore scores, Datasets datasets) {
        this.scoring = scoring;
        this.scores = scores;
        this.datasets = datasets;
    }

    @Override
    public String id() {
        return ID;
    }

    @Override
    public RunOutcome perform(JobRun run, RunListener listener, Checkpoints checkpoints) {
        return scoring.perform(run, listener, checkpoints);
    }

    @Override
    public Object finish(JobRecord job, StopSignal stop) {
        BitSet planted = planted(job);
        Map<Finding, ScoreSet> sets = new LinkedHashMap<>();
        for (ScoreSet set : scoring.publish(job, stop)) {
            stop.check();
            float[] values = scores.scores(set.id());
            sets.put(
                    new Finding(
                            set.method(),
                            set.epoch() == null ? 0 : set.epoch(),
                            NoiseReport.auroc(values, set.keeps(), planted),
                            NoiseReport.precision(values, set.keeps(), planted)),
                    set);
        }
        Finding best = sets.keySet().stream()
                .max(Comparator.comparing(Finding::auroc, Comparator.nullsFirst(Comparator.naturalOrder()))
                        .thenComparing(Finding::precision, Comparator.nullsFirst(Comparator.naturalOrder())))
                .orElseThrow();
        ScoreSet set = Objects.requireNonNull(sets.get(best));
        NoiseAudit audit = new NoiseAudit(scores.scores(set.id()), set.keeps(), planted);
        stop.check();
        Cut cut = audit.cut();
        stop.check();
        NoiseAuditReport report = new NoiseAuditReport(
                planted.cardinality(),
                sets.keySet().stream().toList(),
                best,
                cut,
                audit.suspects(cut, Objects.requireNonNull(scores.labels(set)), scores.predicted(set), set.positions()),
                audit.windows());
        scores.deleteJob(job.id());
        return report;
    }

    private BitSet planted(JobRecord job) {
        LabelNoise noise = Objects.requireNonNull(job.request(JobRequest.class).labelNoise());
        ReadyDataset dataset = datasets.requireReady(job.datasetId());
        try (TensorStore train = datasets.open(dataset, Split.TRAIN)) {
            return NoisyLabels.hit(train, noise, dataset.classes());
        }
    }

    @Override
    public void delete(UUID job) {
        scoring.delete(job);
    }
}
