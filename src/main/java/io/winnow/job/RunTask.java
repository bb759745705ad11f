package io.winnow.job;

import com.github.kagkarlsson.scheduler.task.CompletionHandler;
import com.github.kagkarlsson.scheduler.task.Execution;
import com.github.kagkarlsson.scheduler.task.ExecutionContext;
import io.winnow.job.JobTasks.TaskData;
import io.winnow.job.RunLedger.Claim;
import io.winnow.job.RunObservation.End;
import io.winnow.job.RunWatch.Stop;
import io.winnow.platform.ConflictException;
import io.winnow.platform.InvalidRequestException;
import io.winnow.platform.NotFoundException;
import io.winnow.platform.database.Outage;
import io.winnow.scoring.RunListener;
import io.winnow.surrogate.MemoryExhaustedException;
import io.winnow.surrogate.ModuleLostException;
import io.winnow.surrogate.SamplesUnreadableException;
import io.winnow.surrogate.TrainingDivergedException;
import io.winnow.surrogate.TrainingStoppedException;
import io.winnow.surrogate.UnusableModelException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * One execution of a run's task: claim, work, write down. The ledger removes the task together with what it writes; the
 * completion handlers only put a task back that is to run again.
 */
@Component
class RunTask {

    private static final Logger log = LoggerFactory.getLogger(RunTask.class);
    private static final Duration ELSEWHERE = Duration.ofSeconds(5);
    /** A worker that can do it may come back, and others are in nobody's way. */
    private static final int PATIENCE = 10;

    private static final CompletionHandler<TaskData> DONE = (completed, task) -> {};

    private static final Map<Stop, End> ENDS = Map.of(
            Stop.FENCED, End.FENCED, Stop.CUT_OFF, End.CUT_OFF, Stop.SHUTDOWN, End.RELEASED, Stop.HUNG, End.RETRIED);

    private final RunLedger ledger;
    private final RunTable runs;
    private final RunWork work;
    private final JobKinds kinds;
    private final Jobs jobs;
    private final Worker worker;
    private final SchedulerTimes times;
    private final CheckpointSweep checkpoints;
    private final JobSettings settings;
    private final ProcessEnd processEnd;
    private final RunMetrics metrics;
    private final Insistence insistence;

    RunTask(
            RunLedger ledger,
            RunTable runs,
            RunWork work,
            JobKinds kinds,
            Jobs jobs,
            Worker worker,
            SchedulerTimes times,
            CheckpointSweep checkpoints,
            JobSettings settings,
            ProcessEnd processEnd,
            RunMetrics metrics,
            Insistence insistence) {
        this.ledger = ledger;
        this.runs = runs;
        this.work = work;
        this.kinds = kinds;
        this.jobs = jobs;
        this.worker = worker;
        this.times = times;
        this.checkpoints = checkpoints;
        this.settings = settings;
        this.processEnd = processEnd;
        this.metrics = metrics;
        this.insistence = insistence;
    }

    CompletionHandler<TaskData> execute(TaskData data, ExecutionContext context) {
        if (data.version() > TaskData.VERSION) {
            return again(ELSEWHERE);
        }
        Optional<Job> job = jobs.findById(data.job());
        // Looked up once: a device may be found to be bad at any time.
        Optional<String> device = job.filter(kinds::knows)
                .flatMap(known -> work.device(known.basics().device()));
        if (job.isPresent() && device.isEmpty()) {
            return declined(data.key(), job.get(), context.getExecution());
        }
        try (LogContext named = LogContext.of(data.key())) {
            return claimed(data, device, context);
        }
    }

    /** Looks without a lock first: the job's may be held for as long as the results of another of its runs take to store. */
    private CompletionHandler<TaskData> declined(RunKey run, Job job, Execution execution) {
        Duration silent = times.dead().multipliedBy(PATIENCE);
        boolean over = job.status().ended() || runs.isSpent(run, settings.mostAttempts(), silent);
        return over && ledger.giveUp(run, execution, silent) ? DONE : again(ELSEWHERE);
    }

    /** @param device empty for a job that is gone, of which nothing can be claimed */
    private CompletionHandler<TaskData> claimed(TaskData data, Optional<String> device, ExecutionContext context) {
        Execution execution = context.getExecution();
        Optional<Claim> claim = ledger.claim(data.key(), worker.id(), execution, times.dead());
        try {
            return claim.map(held -> carryOut(held, device.orElseThrow(), context))
                    .orElse(DONE);
        } finally {
            checkpoints.deleteIfEnded(data.key().folder());
        }
    }

    private CompletionHandler<TaskData> carryOut(Claim claim, String device, ExecutionContext context) {
        RunWatch watch = new RunWatch(
                runs,
                claim,
                times.dead(),
                context.getSchedulerState()::isShuttingDown,
                settings.hungAfter(),
                silence -> processEnd.hung(claim.run(), silence),
                metrics);
        try (RunObservation observed = metrics.begin(claim, watch)) {
            return carryOut(claim, device, watch, observed, context.getExecution());
        }
    }

    private CompletionHandler<TaskData> carryOut(
            Claim claim, String device, RunWatch watch, RunObservation observed, Execution execution) {
        try {
            log.info("{} begins (attempt {})", claim.run(), claim.attempt());
            RunOutcome outcome = watched(claim, device, watch, observed);
            boolean kept = insistence.on(() -> ledger.complete(claim, outcome, execution));
            log.info("{} {}", claim.run(), kept ? "is done" : "was fenced: its results are dropped");
            if (kept) {
                observed.ended(End.DONE);
                return DONE;
            }
            metrics.fenced(RunMetrics.Write.RESULT);
            return afterStop(claim, Stop.FENCED, observed, execution);
        } catch (TrainingDivergedException e) {
            return fail(claim, diverged(claim, e), execution);
        } catch (Throwable e) {
            // Whatever it is: a claim that is left to itself would be taken for one that was never begun.
            Stop stop = watch.stopped();
            if (e instanceof TrainingStoppedException || stop != null) {
                // What breaks off while the run is told to stop, as reading does, says nothing of it.
                log.info("{} broke off: {}", claim.run(), e.toString());
                return afterStop(claim, stop, observed, execution);
            }
            return afterFailure(claim, device, e, observed, execution);
        }
    }

    private CompletionHandler<TaskData> afterFailure(
            Claim claim, String device, Throwable e, RunObservation observed, Execution execution) {
        // An access to a mapped file that is not there any more reaches Java as an internal error.
        if (e instanceof SamplesUnreadableException
                || e instanceof DatasetAwayException
                || e instanceof InternalError) {
            // A disk that was away for a moment is there when the run begins again.
            log.error("{} cannot read its samples (attempt {})", claim.run(), claim.attempt(), e);
            return retry(claim, unreadable(claim, e), observed, execution);
        }
        if (e instanceof ModuleLostException) {
            log.error("{} lost the process of its model (attempt {})", claim.run(), claim.attempt(), e);
            return retry(claim, notPossible(claim, e), observed, execution);
        }
        if (e instanceof ShardQuarantinedException) {
            metrics.quarantined();
            return fail(
                    claim, new JobError("Run quarantined", onRun(claim, String.valueOf(e.getMessage()))), execution);
        }
        if (e instanceof NotFoundException
                || e instanceof ConflictException
                || e instanceof InvalidRequestException
                || e instanceof UnusableModelException) {
            return fail(claim, notPossible(claim, e), execution);
        }
        if (Outage.isFullDisk(e)) {
            return putOff(claim, e, observed);
        }
        if (Outage.isAway(e)) {
            // What came of the run could not be kept for as long as a claim holds.
            log.warn("{} could not be ended, the database is away: {}", claim.run(), e.toString());
            return afterStop(claim, Stop.CUT_OFF, observed, execution);
        }
        if (MemoryExhaustedException.isReasonOf(e)) {
            log.error("{} has not enough memory", claim.run(), e);
            return fail(claim, tooLarge(claim, e), execution);
        }
        log.error("{} failed in attempt {}", claim.run(), claim.attempt(), e);
        CompletionHandler<TaskData> next = retry(claim, unexpected(claim, e), observed, execution);
        processEnd.ifDeviceIsLost(claim.run(), device, e);
        return next;
    }

    private RunOutcome watched(Claim claim, String device, RunWatch watch, RunListener listener) {
        try (watch) {
            return kinds.perform(claim, device, listener);
        }
    }

    /** A database without room says nothing of the run: this attempt does not count. */
    private CompletionHandler<TaskData> putOff(Claim claim, Throwable e, RunObservation observed) {
        log.warn("{} is put off, the database's disk is full: {}", claim.run(), e.toString());
        observed.ended(End.RETRIED);
        return insistence.whenBack(() -> ledger.release(claim)) ? again(settings.retryDelay()) : DONE;
    }

    private CompletionHandler<TaskData> retry(
            Claim claim, JobError error, RunObservation observed, Execution execution) {
        Optional<Duration> delay = insistence.on(() -> ledger.retry(claim, error, execution));
        observed.ended(delay.isPresent() ? End.RETRIED : End.FAILED);
        return delay.map(RunTask::again).orElse(DONE);
    }

    private CompletionHandler<TaskData> fail(Claim claim, JobError error, Execution execution) {
        insistence.on(() -> {
            ledger.fail(claim, error, execution);
            return true;
        });
        return DONE;
    }

    /**
     * One that was cut off is left as it is: whoever finds its worker silent decides. Where nobody has when the database is
     * back, the attempt does not count, for it ended by nothing that is of the run.
     *
     * @param told by the watch; null when the run's own writes told it first that its claim is lost
     */
    private CompletionHandler<TaskData> afterStop(
            Claim claim, @Nullable Stop told, RunObservation observed, Execution execution) {
        Stop stop = told == null ? Stop.FENCED : told;
        observed.ended(ENDS.get(stop));
        // One that took too long to stop was interrupted, too; what is left to do needs the database.
        Thread.interrupted();
        if (stop == Stop.SHUTDOWN && insistence.on(() -> ledger.release(claim))) {
            log.info("{} is released: this process is going down", claim.run());
            return again(Duration.ZERO);
        }
        log.info("{} is left to others ({})", claim.run(), stop);
        if (stop == Stop.CUT_OFF && insistence.whenBack(() -> ledger.release(claim))) {
            return again(settings.retryDelay());
        }
        if (stop == Stop.FENCED) {
            ledger.abandon(claim, execution);
        }
        return DONE;
    }

    private static JobError diverged(Claim claim, TrainingDivergedException e) {
        return new JobError(
                "Training diverged",
                "run %d: the loss stopped being a finite number in epoch %d at step %d, with a learning rate of %s; the same seed would do so again. Ask for a lower training.learningRate (it was %s), or a warm-up"
                        .formatted(
                                claim.run().number(),
                                e.epoch(),
                                e.step(),
                                e.learningRate(),
                                claim.job().basics().training().learningRate()));
    }

    private static JobError notPossible(Claim claim, Throwable e) {
        return new JobError("Run not possible", onRun(claim, String.valueOf(e.getMessage())));
    }

    private static JobError unreadable(Claim claim, Throwable e) {
        if (e instanceof DatasetAwayException) {
            return notPossible(claim, e);
        }
        return new JobError(
                "Data not readable",
                "run %d: the pictures of dataset '%s' cannot be read any more: its tensor store was cut short or its disk is gone. Bring it back, or ingest the dataset again, and submit the job anew"
                        .formatted(claim.run().number(), claim.job().dataset()));
    }

    /** A smaller batch would be another training: it is the user's to choose. */
    private static JobError tooLarge(Claim claim, Throwable e) {
        int batch = claim.job().basics().training().batchSize();
        String what = e instanceof MemoryExhaustedException
                ? String.valueOf(e.getMessage())
                : "the memory of the device is not enough to train with batches of %d samples".formatted(batch);
        return new JobError(
                "Memory exhausted",
                "run %d: %s. Ask for a smaller training.batchSize, which trains otherwise and gives other scores, for a smaller model, or for a device with more memory"
                        .formatted(claim.run().number(), what));
    }

    /** What an exception says may hold what is nobody's business: the user gets its kind, the log the rest. */
    private JobError unexpected(Claim claim, Throwable e) {
        return new JobError(
                "Run failed",
                onRun(
                        claim,
                        "%d attempts failed, the last with %s on worker %s; its log says more"
                                .formatted(claim.attempt(), e.getClass().getSimpleName(), worker.id())));
    }

    private static String onRun(Claim claim, String message) {
        return "run %d: %s".formatted(claim.run().number(), message);
    }

    private static CompletionHandler<TaskData> again(Duration delay) {
        return (completed, task) ->
                task.reschedule(completed, completed.getTimeDone().plus(delay));
    }
}
