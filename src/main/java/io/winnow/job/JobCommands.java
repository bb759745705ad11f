package io.winnow.job;

import java.util.UUID;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** What users can do to a job once it is accepted. */
@Component
public class JobCommands {

    private final Jobs jobs;
    private final RunTable runs;
    private final JobTasks tasks;
    private final JobKinds kinds;

    JobCommands(Jobs jobs, RunTable runs, JobTasks tasks, JobKinds kinds) {
        this.jobs = jobs;
        this.runs = runs;
        this.tasks = tasks;
        this.kinds = kinds;
    }

    /**
     * Ends the job now. Its runs are taken from their workers, who notice within a second and stop after the batch.
     *
     * @throws io.winnow.platform.NotFoundException when there is none of that kind
     * @throws io.winnow.platform.ConflictException when it has succeeded or failed
     */
    @Transactional
    public void cancel(String kind, UUID id) {
        Job job = lock(kind, id);
        if (job.cancel(runs.now())) {
            runs.dropUnfinished(id);
            tasks.removeWaiting(id);
        }
    }

    /**
     * Deletes an ended job with its runs and what they found.
     *
     * @throws io.winnow.platform.NotFoundException when there is none
     * @throws io.winnow.platform.ConflictException when it has not ended, or what it found is in use
     */
    @Transactional
    public void delete(String kind, UUID id) {
        Job job = lock(kind, id);
        job.requireEnded();
        kinds.of(job).delete(id);
        jobs.delete(job);
    }

    private Job lock(String kind, UUID id) {
        return jobs.lock(id).filter(job -> job.kind().equals(kind)).orElseThrow(() -> JobRecords.notFound(kind, id));
    }
}
