package io.winnow.job;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerName;
import com.github.kagkarlsson.scheduler.SchedulerState;
import com.github.kagkarlsson.scheduler.boot.config.DbSchedulerCustomizer;
import com.github.kagkarlsson.scheduler.boot.config.DbSchedulerStarter;
import com.github.kagkarlsson.scheduler.jdbc.JdbcCustomization;
import com.github.kagkarlsson.scheduler.serializer.Serializer;
import com.github.kagkarlsson.scheduler.task.Execution;
import com.github.kagkarlsson.scheduler.task.FailureHandler;
import com.github.kagkarlsson.scheduler.task.Task;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import io.winnow.job.JobTasks.TaskData;
import io.winnow.job.ShardTasks.ShardData;
import io.winnow.platform.WinnowProperties;
import java.time.Duration;
import java.util.Optional;
import javax.sql.DataSource;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.annotation.EnableScheduling;

/** How the task scheduler runs here: its tasks, its serializer, its name, and who starts it. */
@Configuration(proxyBeanMethods = false)
@EnableScheduling
class SchedulerConfiguration {

    @Bean
    Task<TaskData> runTaskDefinition(RunTask task, RunLedger ledger, JobSettings settings, SchedulerTimes times) {
        return Tasks.custom(JobTasks.RUN)
                .onFailure(new FailureHandler.OnFailureRetryLater<>(settings.retryDelay()))
                .onDeadExecution((completed, operations) -> {
                    Execution execution = completed.getExecution();
                    ledger.bury(data(execution).key(), execution, times.dead());
                })
                .execute((instance, context) -> task.execute(instance.getData(), context));
    }

    @Bean
    Task<TaskData> finishTaskDefinition(FinishTask task, JobTasks tasks, JobSettings settings, SchedulerTimes times) {
        return Tasks.custom(JobTasks.FINISH)
                .onFailure(new FailureHandler.OnFailureRetryLater<>(settings.retryDelay()))
                .onDeadExecution((completed, operations) ->
                        tasks.reviveIfDead(completed.getExecution(), times.dead(), settings.retryDelay()))
                .execute((instance, context) -> task.execute(instance.getData(), context));
    }

    @Bean
    Task<ShardData> shardTaskDefinition(ShardTask task, JobTasks tasks, JobSettings settings, SchedulerTimes times) {
        return Tasks.custom(ShardTasks.SHARD)
                .onFailure(new FailureHandler.OnFailureRetryLater<>(settings.retryDelay()))
                .onDeadExecution((completed, operations) ->
                        tasks.reviveIfDead(completed.getExecution(), times.dead(), Duration.ZERO))
                .execute((instance, context) -> task.execute(instance.getData(), context));
    }

    @Bean
    DbSchedulerCustomizer schedulerCustomizer(Worker worker, HeartbeatPool heartbeats) {
        return new DbSchedulerCustomizer() {
            @Override
            public Optional<SchedulerName> schedulerName() {
                return Optional.of(new SchedulerName.Fixed(worker.id()));
            }

            @Override
            public Optional<Serializer> serializer() {
                return Optional.of(TaskQueue.serializer());
            }

            @Override
            public Optional<JdbcCustomization> jdbcCustomization() {
                return Optional.of(TaskQueue.dialect());
            }

            @Override
            public Optional<DataSource> dataSource() {
                return Optional.of(heartbeats.dataSource());
            }
        };
    }

    /** {@link WorkerLifecycle} starts the scheduler, where this process works at all. */
    @Bean
    DbSchedulerStarter schedulerStarter() {
        return () -> {};
    }

    /** In place of the scheduler's own, to which a process that only answers requests is down for ever. */
    @Bean
    HealthIndicator schedulerHealthIndicator(Scheduler scheduler, WinnowProperties properties) {
        SchedulerState state = scheduler.getSchedulerState();
        boolean works = properties.role().works();
        return () -> (works && state.isShuttingDown()
                        ? Health.outOfService()
                        : works && !state.isStarted() ? Health.down() : Health.up())
                .build();
    }

    private static TaskData data(Execution execution) {
        return (TaskData) execution.taskInstance.getData();
    }
}
