package io.winnow.job;

import com.github.kagkarlsson.scheduler.task.Execution;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * The short transactions in which a run is claimed and what became of the claim is written down. What they lock of the job, the
 * run and the task they lock in this order.
 */
@Component
class RunLedger {

    private static final Logger log = LoggerFactory.getLogger(RunLedger.class);

    private final Jobs jobs;
    private final RunTable runs;
    private final JobTasks tasks;
    private final JobSettings settings;
    private final RunMetrics metrics;

    RunLedger(Jobs jobs, RunTable runs, JobTasks tasks, JobSettings settings, RunMetrics metrics) {
        this.jobs = jobs;
        this.runs = runs;
        this.tasks = tasks;
        this.settings = settings;
        this.metrics = metrics;
    }

    /**
     * The right to work on a run, until somebody claims it anew.
     *
     * @param fence to be named in every write
     * @param attempt counted from 1
     */
    record Claim(RunKey run, long fence, int attempt, Job job) {}

    /**
     * Claims the run before any work on it, and counts the attempt. Where there is nothing to do – the run is done, its job
     * has ended, or its attempts are spent – the task goes and the answer is empty.
     *
     * @param dead after how long without a sign of life a worker counts as dead
     */
    @Transactional
    public Optional<Claim> claim(RunKey key, String worker, Execution execution, Duration dead) {
        Optional<Job> found = jobs.lock(key.job());
        if (found.isEmpty() || found.get().status().ended()) {
            tasks.remove(execution);
            return Optional.empty();
        }
        Job job = found.get();
        // Who gives the run back locks nothing else: what is decided below is of one moment.
        Run run = runs.lock(key);
        Optional<Long> fence = runs.claim(key, worker, settings.mostAttempts());
        if (fence.isEmpty()) {
            boolean alive = runs.beatsWithin(key, dead);
            if (alive && run.status() == Run.Status.RUNNING && worker.equals(run.worker())) {
                // The last claim was its own and went through unheard: a process works on one run at a time.
                return Optional.of(new Claim(key, run.fence(), run.attempts(), job));
            }
            if (!alive && !run.status().ended()) {
                quarantine(job, run);
            }
            tasks.remove(execution);
            return Optional.empty();
        }
        job.start(runs.now());
        return Optional.of(new Claim(key, fence.get(), runs.lock(key).attempts(), job));
    }

    /**
     * Deals with a task that nobody may be left to do: the one of a job that has ended goes, and a run whose attempts are spent, and
     * whose worker has been silent, waits for nobody.
     *
     * @return whether the task went
     */
    @Transactional
    public boolean giveUp(RunKey key, Execution execution, Duration silent) {
        Optional<Job> job = jobs.lock(key.job()).filter(found -> !found.status().ended());
        if (job.isPresent()) {
            Run run = runs.lock(key);
            if (!runs.isSpent(key, settings.mostAttempts(), silent)) {
                return false;
            }
            quarantine(job.get(), run);
        }
        tasks.remove(execution);
        return true;
    }

    /**
     * Keeps the results, and with the last run of a job asks for the finish. Repeating it after a commit whose answer was
     * lost is safe.
     *
     * @return false when the claim does not hold any more: the results were not taken
     */
    @Transactional
    public boolean complete(Claim claim, RunOutcome outcome, Execution execution) {
        Optional<Job> job = jobs.lock(claim.run().job());
        if (job.isEmpty()) {
            return false;
        }
        Run run = runs.lock(claim.run());
        if (run.fence() != claim.fence()) {
            return false;
        }
        if (run.status() == Run.Status.SUCCEEDED) {
            return true;
        }
        if (run.status() != Run.Status.RUNNING) {
            return false;
        }
        outcome.keep(claim.run().job(), claim.run().number());
        runs.succeed(claim.run(), claim.fence(), outcome);
        tasks.remove(execution);
        if (runs.allSucceeded(claim.run().job())) {
            tasks.scheduleFinish(claim.run().job(), runs.now());
        }
        return true;
    }

    /** Ends the whole job: what went wrong would go wrong again. */
    @Transactional
    public void fail(Claim claim, JobError error, Execution execution) {
        jobs.lock(claim.run().job()).filter(job -> !job.status().ended()).ifPresent(job -> {
            if (runs.fail(claim.run(), claim.fence(), error.detail())) {
                end(job, error);
                tasks.remove(execution);
            }
        });
    }

    /**
     * Notes that an attempt failed in a way that may pass.
     *
     * @return when to try again; empty when that was the last attempt, and the job has failed, or when the claim is lost
     */
    @Transactional
    public Optional<Duration> retry(Claim claim, JobError error, Execution execution) {
        if (claim.attempt() >= settings.mostAttempts()) {
            fail(claim, error, execution);
            return Optional.empty();
        }
        jobs.lock(claim.run().job());
        return runs.giveBack(claim.run(), claim.fence(), false, error.detail())
                ? Optional.of(settings.delayAfter(claim.attempt()))
                : Optional.empty();
    }

    /**
     * Gives the run back unfinished, as if this attempt had not been. Its row is all that is locked: who is told to go has no time to
     * wait for another run of the job, whose results are being stored.
     *
     * @return false when the claim does not hold any more
     */
    @Transactional
    public boolean release(Claim claim) {
        return runs.giveBack(claim.run(), claim.fence(), true, null);
    }

    /** Tidies up after a claim that was lost: the task of a job that has ended goes, any other is its new owner's. */
    @Transactional
    public void abandon(Claim claim, Execution execution) {
        Optional<Job> job = jobs.lock(claim.run().job());
        if (job.isEmpty() || job.get().status().ended()) {
            tasks.remove(execution);
        }
    }

    /**
     * Deals with a task whose worker seems dead: back into the queue with it. The wait does not grow with the deaths: the time in
     * which the worker was found dead is one already. Whether its attempts are spent is for the next claim to say, or for who can do nothing but
     * {@link #giveUp}: after an outage of the database, which makes all workers seem dead, the worker gives its run back meanwhile.
     */
    @Transactional
    public void bury(RunKey key, Execution execution, Duration dead) {
        Optional<Job> job = jobs.lock(key.job());
        if (job.isEmpty() || job.get().status().ended()) {
            tasks.remove(execution);
            return;
        }
        Run run = runs.lock(key);
        if (runs.beatsWithin(key, dead)) {
            log.info("{} seemed dead but its worker {} is alive", key, run.worker());
            return;
        }
        if (tasks.reviveIfDead(execution, dead, settings.retryDelay())) {
            log.warn("{} died with its worker {} in attempt {}", key, run.worker(), run.attempts());
        }
    }

    private void quarantine(Job job, Run run) {
        JobError error = new JobError(
                "Run quarantined",
                "run %d was begun %d times and never came to an end; the last worker was %s. Its log, or the system's, says why: look for memory"
                        .formatted(run.key().number(), run.attempts(), run.worker()));
        runs.fail(run.key(), run.fence(), error.detail());
        end(job, error);
        metrics.quarantined();
    }

    /** Ends the job, and with it all of its runs that have not ended. */
    private void end(Job job, JobError error) {
        Instant now = runs.now();
        job.fail(error, now);
        runs.dropUnfinished(job.id());
        tasks.removeWaiting(job.id());
        log.warn("job {} failed: {}: {}", job.id(), error.title(), error.detail());
    }
}
