package io.winnow.job;

import com.github.kagkarlsson.scheduler.task.CompletionHandler;
import com.github.kagkarlsson.scheduler.task.Execution;
import com.github.kagkarlsson.scheduler.task.ExecutionContext;
import io.winnow.job.JobTasks.TaskData;
import io.winnow.platform.database.Outage;
import io.winnow.surrogate.StopSignal;
import java.time.Duration;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** One execution of the task that finishes a job. */
@Component
class FinishTask {

    private static final Logger log = LoggerFactory.getLogger(FinishTask.class);
    private static final Duration ELSEWHERE = Duration.ofSeconds(5);
    private static final CompletionHandler<TaskData> DONE = (completed, task) -> {};

    private final JobFinisher finisher;
    private final JobSettings settings;
    private final Insistence insistence;
    private final ProcessEnd processEnd;

    FinishTask(JobFinisher finisher, JobSettings settings, Insistence insistence, ProcessEnd processEnd) {
        this.finisher = finisher;
        this.settings = settings;
        this.insistence = insistence;
        this.processEnd = processEnd;
    }

    CompletionHandler<TaskData> execute(TaskData data, ExecutionContext context) {
        if (data.version() > TaskData.VERSION) {
            return again(ELSEWHERE);
        }
        if (!finisher.knows(data.job())) {
            return again(ELSEWHERE);
        }
        try (LogContext named = LogContext.of(data.job())) {
            return finish(data, context.getExecution(), context.getSchedulerState()::isShuttingDown);
        }
    }

    private CompletionHandler<TaskData> finish(TaskData data, Execution execution, StopSignal stop) {
        int attempt = finisher.beginAttempt(data.job());
        StepWatch watch = watch(data.job());
        try (watch) {
            if (attempt <= settings.mostAttempts()) {
                return insistence.on(() -> {
                    finisher.finish(data.job(), execution, () -> {
                        watch.step();
                        return stop.stopRequested();
                    });
                    return DONE;
                });
            }
        } catch (RuntimeException | OutOfMemoryError e) {
            // One that took too long to stop was interrupted, too; what is left to do needs the database.
            boolean goesDown = stop.stopRequested();
            if (goesDown) {
                Thread.interrupted();
            }
            if (goesDown && !watch.hung()) {
                log.info("job {} is not finished yet: this process is going down ({})", data.job(), e.toString());
                return putOff(data, attempt, Duration.ZERO);
            }
            log.error("job {} could not be finished in attempt {}", data.job(), attempt, e);
            if (Outage.isFullDisk(e) || Outage.isAway(e) || DiskSpace.isExhausted(e)) {
                return putOff(data, attempt, settings.retryDelay());
            }
        }
        return finisher.retry(data.job(), attempt, execution)
                .map(FinishTask::again)
                .orElse(DONE);
    }

    /** It asks whether to stop all the while: one that asks no more hangs in a file, for the database has limits of its own. */
    private StepWatch watch(UUID job) {
        return StepWatch.begin(
                () -> LogContext.of(job),
                settings.hungAfter(),
                silence -> processEnd.hung("the publication of job " + job, silence),
                () -> {});
    }

    /** What broke it off says nothing of the job: this attempt does not count. */
    private CompletionHandler<TaskData> putOff(TaskData data, int attempt, Duration delay) {
        insistence.whenBack(() -> finisher.takeBackAttempt(data.job(), attempt));
        return again(delay);
    }

    private static CompletionHandler<TaskData> again(Duration delay) {
        return (completed, task) ->
                task.reschedule(completed, completed.getTimeDone().plus(delay));
    }
}
