package io.winnow.job;

import io.winnow.platform.NotFoundException;
import io.winnow.scoring.ScoreStore;
import java.util.UUID;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** What users can do to a job once it is accepted. */
@Component
public class JobCommands {

    private final Jobs jobs;
    private final RunTable runs;
    private final JobTasks tasks;
    private final ScoreStore scores;

    JobCommands(Jobs jobs, RunTable runs, JobTasks tasks, ScoreStore scores) {
        this.jobs = jobs;
        this.runs = runs;
        this.tasks = tasks;
        this.scores = scores;
    }

    /**
     * Ends the job now. Its runs are taken from their workers, who notice within a second and stop after the batch.
     *
     * @throws NotFoundException when there is none
     * @throws io.winnow.platform.ConflictException when it has succeeded or failed
     */
    @Transactional
    public void cancel(UUID id) {
        Job job = lock(id);
        if (job.cancel(runs.now())) {
            runs.dropUnfinished(id);
            tasks.removeWaiting(id);
        }
    }

    /**
     * Deletes an ended job with its runs and score sets.
     *
     * @throws NotFoundException when there is none
     * @throws io.winnow.platform.ConflictException when it has not ended
     */
    @Transactional
    public void delete(UUID id) {
        Job job = lock(id);
        job.requireEnded();
        scores.deleteJob(id);
        jobs.delete(job);
    }

    private Job lock(UUID id) {
        return jobs.lock(id).orElseThrow(() -> JobQueries.notFound(id));
    }
}
