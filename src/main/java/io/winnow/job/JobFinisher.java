package io.winnow.job;

import com.github.kagkarlsson.scheduler.task.Execution;
import io.winnow.surrogate.StopSignal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Brings together what the runs of a job found, once all are done, and ends it. */
@Component
class JobFinisher {

    private static final Logger log = LoggerFactory.getLogger(JobFinisher.class);

    private final Jobs jobs;
    private final RunTable runs;
    private final JobTasks tasks;
    private final JobKinds kinds;
    private final JobSettings settings;
    private final JdbcClient jdbc;

    JobFinisher(Jobs jobs, RunTable runs, JobTasks tasks, JobKinds kinds, JobSettings settings, JdbcClient jdbc) {
        this.jobs = jobs;
        this.runs = runs;
        this.tasks = tasks;
        this.kinds = kinds;
        this.settings = settings;
        this.jdbc = jdbc;
    }

    /** False for a job of a kind, or with a method or network, that a later version brought. */
    boolean knows(UUID id) {
        return jobs.findById(id).map(kinds::knows).orElse(true);
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

    /**
     * An attempt that ended for want of room or of the database, or by a shutdown, which says nothing of the job, does not count.
     *
     * @param attempt as it was begun; may be taken back twice, where the first answer was lost
     * @return whether it was still the last
     */
    @Transactional
    public boolean takeBackAttempt(UUID id, int attempt) {
        return jdbc.sql("UPDATE job SET finish_attempts = :before WHERE id = :id AND finish_attempts = :attempt")
                        .param("before", attempt - 1)
                        .param("id", id)
                        .param("attempt", attempt)
                        .update()
                == 1;
    }

    /**
     * Stores what came of the job and ends it, in one transaction; where that is done already only the task goes.
     *
     * @throws io.winnow.surrogate.TrainingStoppedException when the signal says stop
     */
    @Transactional
    public void finish(UUID id, Execution execution, StopSignal stop) {
        Optional<Job> found = jobs.lock(id).filter(job -> job.status() == JobStatus.RUNNING);
        if (found.isPresent() && runs.allSucceeded(id)) {
            Job job = found.get();
            job.succeed(kinds.of(job).finish(JobRecord.of(job, runs.ofJobs(List.of(id))), stop), runs.now());
            log.info("{} {} succeeded", JobKinds.noun(job.kind()), id);
        }
        tasks.remove(execution);
    }

    /**
     * Notes that the job could not be finished.
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
                                "Results not published",
                                "all runs are done, but what they found could not be brought together and stored in %d attempts; the log of the workers says why"
                                        .formatted(settings.mostAttempts())),
                        runs.now()));
        tasks.remove(execution);
        return Optional.empty();
    }
}
