package io.winnow.job;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.task.Execution;
import com.github.kagkarlsson.scheduler.task.SchedulableInstance;
import com.github.kagkarlsson.scheduler.task.TaskDescriptor;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * The tasks of jobs in the task scheduler: one for each run and one to finish. They are made and removed in the transactions
 * that change the job, so that neither is ever there without the other.
 */
@Component
class JobTasks {

    static final TaskDescriptor<TaskData> RUN = TaskDescriptor.of("score-run", TaskData.class);
    static final TaskDescriptor<TaskData> FINISH = TaskDescriptor.of("publish-scores", TaskData.class);

    /** Publishing is short and somebody waits for it: it goes before any run. */
    private static final int FINISH_PRIORITY = Short.MAX_VALUE;

    /** No job waits so long that its runs go before the publication of another. */
    private static final int HIGHEST_AGED = FINISH_PRIORITY - 1;

    private static final String AGE = """
            UPDATE scheduled_tasks t SET priority = aged.priority
              FROM (SELECT w.task_name, w.task_instance,
                           least(:highest, j.priority
                               + floor(extract(epoch FROM clock_timestamp() - j.created_at) / :step))::smallint AS priority
                      FROM scheduled_tasks w
                      JOIN job j ON j.id::text = split_part(w.task_instance, '/', 1)
                     WHERE w.task_name = :run AND NOT w.picked
                       FOR UPDATE OF w SKIP LOCKED) aged
             WHERE t.task_name = aged.task_name AND t.task_instance = aged.task_instance
               AND t.priority IS DISTINCT FROM aged.priority
            """;

    private final ObjectProvider<Scheduler> scheduler;
    private final TaskQueue queue;
    private final JdbcClient jdbc;

    JobTasks(ObjectProvider<Scheduler> scheduler, TaskQueue queue, JdbcClient jdbc) {
        this.scheduler = scheduler;
        this.queue = queue;
        this.jdbc = jdbc;
    }

    /**
     * What a task carries.
     *
     * @param version of this record; a process leaves tasks of a later one to its successors
     * @param run the run's number; 0 for the task that finishes
     */
    record TaskData(int version, UUID job, int run) {

        static final int VERSION = 1;

        RunKey key() {
            return new RunKey(job, run);
        }
    }

    /** In the caller's transaction. Equal priorities go by time: the runs of a job in their order. */
    void scheduleRuns(UUID job, int runs, int priority, Instant now) {
        List<SchedulableInstance<?>> tasks = new ArrayList<>();
        for (int run = 0; run < runs; run++) {
            tasks.add(runTask(new RunKey(job, run), priority).scheduledTo(now.plusNanos(run * 1_000L)));
        }
        queue.client().scheduleBatch(tasks);
        lookAtOnceAfterCommit();
    }

    /** In the caller's transaction, which holds the job's lock. */
    void scheduleFinish(UUID job, Instant now) {
        queue.client().scheduleIfNotExists(finishTask(job).scheduledTo(now));
        lookAtOnceAfterCommit();
    }

    /** Outside a transaction: for runs that somehow have no task. Does nothing where there is one. */
    boolean ensureRun(RunKey run, int priority, Instant now) {
        return queue.client().scheduleIfNotExists(runTask(run, priority).scheduledTo(now));
    }

    /** Outside a transaction: the same for the task that finishes. */
    boolean ensureFinish(UUID job, Instant now) {
        return queue.client().scheduleIfNotExists(finishTask(job).scheduledTo(now));
    }

    /**
     * Raises runs that wait: to the priority of their job plus one point for each {@code step} since it came, by the
     * database's clock. Thus a job is passed by for a bounded time however many of a higher priority follow.
     */
    int age(Duration step) {
        return jdbc.sql(AGE)
                .param("highest", HIGHEST_AGED)
                .param("step", step.toMillis() / 1000.0)
                .param("run", RUN.getTaskName())
                .update();
    }

    /** Removes an execution in the caller's transaction, unless another process has taken it over. */
    boolean remove(Execution execution) {
        return jdbc.sql(
                                "DELETE FROM scheduled_tasks WHERE task_name = :name AND task_instance = :id AND version = :version")
                        .param("name", execution.taskInstance.getTaskName())
                        .param("id", execution.taskInstance.getId())
                        .param("version", execution.version)
                        .update()
                == 1;
    }

    /** Removes the tasks of a job that nobody is at work on. */
    void removeWaiting(UUID job) {
        jdbc.sql("""
                        DELETE FROM scheduled_tasks
                         WHERE NOT picked
                           AND (task_name = :run AND task_instance LIKE :job || '/%'
                             OR task_name = :finish AND task_instance = :job)
                        """)
                .param("run", RUN.getTaskName())
                .param("finish", FINISH.getTaskName())
                .param("job", job.toString())
                .update();
    }

    /**
     * Looks again, with the row locked, whether an execution that seems dead is so: a heartbeat since then is the owner's
     * sign of life. One that is dead goes back into the queue, in the caller's transaction, where a heartbeat that comes now
     * finds it gone. A heartbeat from far ahead of the database's time says nothing.
     *
     * @return whether it was dead
     */
    boolean reviveIfDead(Execution execution, Duration dead, Duration delay) {
        return jdbc.sql("""
                        WITH dead AS (
                            SELECT task_name, task_instance FROM scheduled_tasks
                             WHERE task_name = :name AND task_instance = :id AND version = :version AND picked
                               AND last_heartbeat NOT BETWEEN clock_timestamp() - make_interval(secs => :dead)
                                                          AND clock_timestamp() + make_interval(secs => :dead)
                               FOR UPDATE)
                        UPDATE scheduled_tasks t
                           SET picked = false, picked_by = NULL, last_heartbeat = NULL, version = version + 1,
                               last_failure = clock_timestamp(),
                               consecutive_failures = coalesce(consecutive_failures, 0) + 1,
                               execution_time = clock_timestamp() + make_interval(secs => :delay)
                          FROM dead
                         WHERE t.task_name = dead.task_name AND t.task_instance = dead.task_instance
                        """)
                        .param("name", execution.taskInstance.getTaskName())
                        .param("id", execution.taskInstance.getId())
                        .param("version", execution.version)
                        .param("dead", dead.toMillis() / 1000.0)
                        .param("delay", delay.toMillis() / 1000.0)
                        .update()
                == 1;
    }

    private static TaskInstance.Builder<TaskData> runTask(RunKey run, int priority) {
        return RUN.instance(run.job() + "/" + run.number())
                .data(new TaskData(TaskData.VERSION, run.job(), run.number()))
                .priority(priority);
    }

    private static TaskInstance.Builder<TaskData> finishTask(UUID job) {
        return FINISH.instance(job.toString())
                .data(new TaskData(TaskData.VERSION, job, 0))
                .priority(FINISH_PRIORITY);
    }

    private void lookAtOnceAfterCommit() {
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
            @Override
            public void afterCommit() {
                scheduler.getObject().triggerCheckForDueExecutions();
            }
        });
    }
}
