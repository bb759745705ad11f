package io.winnow.job;

import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Looks for runs and jobs under way that have no task, and makes one: rows are changed together with tasks, but operators
 * and restored backups are not bound by that.
 */
@Component
class JobSweep {

    private static final Logger log = LoggerFactory.getLogger(JobSweep.class);

    private static final String RUNS_WITHOUT_TASK = """
            SELECT r.job_id, r.number, j.priority
              FROM run r JOIN job j ON j.id = r.job_id
             WHERE j.status IN ('QUEUED', 'RUNNING') AND r.status IN ('QUEUED', 'RUNNING')
               AND NOT EXISTS (SELECT FROM scheduled_tasks t
                                WHERE t.task_name = :task AND t.task_instance = r.job_id || '/' || r.number)
             ORDER BY j.created_at, r.number
            """;

    private static final String DONE_WITHOUT_TASK = """
            SELECT j.id FROM job j
             WHERE j.status = 'RUNNING'
               AND NOT EXISTS (SELECT FROM run r WHERE r.job_id = j.id AND r.status <> 'SUCCEEDED')
               AND NOT EXISTS (SELECT FROM scheduled_tasks t
                                WHERE t.task_name = :task AND t.task_instance = j.id::text)
            """;

    private final JdbcClient jdbc;
    private final RunTable runs;
    private final JobTasks tasks;
    private final JobSettings settings;

    JobSweep(JdbcClient jdbc, RunTable runs, JobTasks tasks, JobSettings settings) {
        this.jdbc = jdbc;
        this.runs = runs;
        this.tasks = tasks;
        this.settings = settings;
    }

    private record Orphan(RunKey run, int priority) {}

    @Scheduled(
            fixedDelayString = "${winnow.jobs.sweep-interval:60s}",
            initialDelayString = "${winnow.jobs.sweep-interval:60s}")
    void age() {
        tasks.age(settings.ageing());
    }

    @Scheduled(fixedDelayString = "${winnow.jobs.sweep-interval:60s}", initialDelayString = "30s")
    void sweep() {
        for (Orphan orphan : jdbc.sql(RUNS_WITHOUT_TASK)
                .param("task", JobTasks.RUN.getTaskName())
                .query((row, i) -> new Orphan(
                        new RunKey(row.getObject("job_id", UUID.class), row.getInt("number")), row.getInt("priority")))
                .list()) {
            if (tasks.ensureRun(orphan.run(), orphan.priority(), runs.now())) {
                log.warn("{} had no task and has one again", orphan.run());
            }
        }
        for (UUID job : jdbc.sql(DONE_WITHOUT_TASK)
                .param("task", JobTasks.FINISH.getTaskName())
                .query(UUID.class)
                .list()) {
            if (tasks.ensureFinish(job, runs.now())) {
                log.warn("job {} had no task to finish it and has one again", job);
            }
        }
    }
}
