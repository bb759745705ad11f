package io.winnow.job;

import com.github.kagkarlsson.scheduler.task.Execution;
import io.winnow.dataset.Datasets;
import io.winnow.job.JobRequest.LabelNoise;
import io.winnow.scoring.ScoreSet;
import io.winnow.scoring.ScoreStore;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Makes score sets of the runs of a job, once all are done, and ends it. */
@Component
class JobFinisher {

    private static final Logger log = LoggerFactory.getLogger(JobFinisher.class);

    private final Jobs jobs;
    private final RunTable runs;
    private final JobTasks tasks;
    private final ScoreStore scores;
    private final Datasets datasets;
    private final JobSettings settings;
    private final JdbcClient jdbc;

    JobFinisher(
            Jobs jobs,
            RunTable runs,
            JobTasks tasks,
            ScoreStore scores,
            Datasets datasets,
            JobSettings settings,
            JdbcClient jdbc) {
        this.jobs = jobs;
        this.runs = runs;
        this.tasks = tasks;
        this.scores = scores;
        this.datasets = datasets;
        this.settings = settings;
        this.jdbc = jdbc;
    }

    /** Counts an attempt to finish, before the work: one that takes the process down is not repeated for ever. */
    @Transactional
    public int beginAttempt(UUID id) {
        return jdbc.sql("UPDATE job SET finish_attempts = finish_attempts + 1 WHERE id = :id RETURNING finish_attempts")
                .param("id", id)
                .query(Integer.class)
                .optional()
                .orElse(0);
    }

    /** Publishes the scores and ends the job, in one transaction; where that is done already only the task goes. */
    @Transactional
    public void finish(UUID id, Execution execution) {
        Optional<Job> found = jobs.lock(id).filter(job -> job.status() == JobStatus.RUNNING);
        if (found.isPresent() && runs.allSucceeded(id)) {
            Job job = found.get();
            List<ScoreSet> published = scores.publish(
                    id, job.datasetId(), job.dataset(), job.runs(), datasets.trainingPositions(job.datasetId()));
            job.succeed(
                    published.stream().map(JobFinisher::reference).toList(), noiseReport(job, published), runs.now());
            log.info("job {} succeeded with {} score sets", id, published.size());
        }
        tasks.remove(execution);
    }

    /**
     * Notes that the scores could not be published.
     *
     * @return when to try again; empty when that was the last attempt, and the job has failed
     */
    @Transactional
    public Optional<Duration> retry(UUID id, int attempt, Execution execution) {
        if (attempt < settings.mostAttempts()) {
            return Optional.of(settings.delayAfter(attempt));
        }
        jobs.lock(id)
                .filter(job -> !job.status().ended())
                .ifPresent(job -> job.fail(
                        new JobError(
                                "Scores not published",
                                "all runs are done, but their scores could not be averaged and stored in %d attempts; the log of the workers says why"
                                        .formatted(settings.mostAttempts())),
                        runs.now()));
        tasks.remove(execution);
        return Optional.empty();
    }

    private @Nullable NoiseReport noiseReport(Job job, List<ScoreSet> published) {
        LabelNoise noise = job.request().labelNoise();
        if (noise == null || published.isEmpty()) {
            return null;
        }
        ScoreSet first = published.get(0);
        BitSet spoilt = NoisyLabels.hit(first.size(), first.classes(), noise);
        return new NoiseReport(
                spoilt.cardinality(),
                published.stream().map(set -> detection(set, spoilt)).toList());
    }

    private NoiseReport.Detection detection(ScoreSet set, BitSet spoilt) {
        float[] values = scores.scores(set.id());
        ScoreSetRef reference = reference(set);
        return new NoiseReport.Detection(
                set.id(),
                set.method(),
                reference.epoch(),
                NoiseReport.auroc(values, set.keeps(), spoilt),
                NoiseReport.precision(values, set.keeps(), spoilt));
    }

    private static ScoreSetRef reference(ScoreSet set) {
        return new ScoreSetRef(set.id(), set.method(), set.epoch() == null ? 0 : set.epoch());
    }
}
