package io.winnow.job;

import io.winnow.job.RunLedger.Claim;
import io.winnow.job.checkpoint.CheckpointFolder;
import io.winnow.job.checkpoint.CheckpointSettings;
import io.winnow.scoring.Checkpoints;
import io.winnow.scoring.RunListener;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/** The kinds of work that this process can do. */
@Component
class JobKinds {

    private final Map<String, JobKind> kinds;
    private final CheckpointFolder folder;
    private final RunTable runs;
    private final CheckpointSettings settings;
    private final RunMetrics metrics;

    JobKinds(
            List<JobKind> kinds,
            CheckpointFolder folder,
            RunTable runs,
            CheckpointSettings settings,
            RunMetrics metrics) {
        this.kinds = kinds.stream().collect(Collectors.toUnmodifiableMap(JobKind::id, Function.identity()));
        this.folder = folder;
        this.runs = runs;
        this.settings = settings;
        this.metrics = metrics;
    }

    /** False for the kinds of a later version, whose processes do them. */
    boolean knows(Job job) {
        return kinds.containsKey(job.kind());
    }

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

    RunOutcome perform(Claim claim, String device, RunListener listener) {
        Checkpoints checkpoints =
                settings.enabled() ? new RunCheckpoints(folder, runs, claim, metrics) : Checkpoints.NONE;
        return of(claim.job()).perform(new JobRun(claim, device), listener, checkpoints);
    }
}
