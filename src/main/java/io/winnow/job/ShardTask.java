package io.winnow.job;

import com.github.kagkarlsson.scheduler.task.CompletionHandler;
import com.github.kagkarlsson.scheduler.task.ExecutionContext;
import io.micrometer.observation.Observation;
import io.winnow.job.ShardTable.ShardClaim;
import io.winnow.job.ShardTasks.ShardData;
import io.winnow.platform.database.Outage;
import io.winnow.surrogate.StopSignal;
import io.winnow.surrogate.TrainingStoppedException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * One execution of a shard's task on a worker that is free. The task goes in any case: a shard that was not done is claimed by
 * the worker of the run.
 */
@Component
class ShardTask {

    private static final Logger log = LoggerFactory.getLogger(ShardTask.class);
    private static final Duration ELSEWHERE = Duration.ofSeconds(5);
    private static final CompletionHandler<ShardData> GONE = new CompletionHandler.OnCompleteRemove<>();

    private final ShardSpread spread;
    private final RunWork work;
    private final JobKinds kinds;
    private final Jobs jobs;
    private final RunMetrics metrics;
    private final Insistence insistence;

    ShardTask(ShardSpread spread, RunWork work, JobKinds kinds, Jobs jobs, RunMetrics metrics, Insistence insistence) {
        this.spread = spread;
        this.work = work;
        this.kinds = kinds;
        this.jobs = jobs;
        this.metrics = metrics;
        this.insistence = insistence;
    }

    CompletionHandler<ShardData> execute(ShardData data, ExecutionContext context) {
        if (data.version() > ShardData.VERSION) {
            return elsewhere();
        }
        Optional<Job> job = jobs.findById(data.job());
        Optional<String> kind = spread.table().device(data.key(), data.pass());
        if (job.isEmpty() || kind.isEmpty()) {
            return GONE;
        }
        if (!kinds.knows(job.get())) {
            return elsewhere();
        }
        Optional<String> device = work.device(job.get().basics().device());
        if (device.isEmpty() || !RunWork.kind(device.get()).equals(kind.get())) {
            return elsewhere();
        }
        spread.claim(data.key(), data.pass(), data.shard())
                .ifPresent(
                        claim -> observed(job.get(), device.get(), claim, context.getSchedulerState()::isShuttingDown));
        return GONE;
    }

    private void observed(Job job, String device, ShardClaim claim, StopSignal shuttingDown) {
        Observation observation = metrics.begin(claim).start();
        try (LogContext named = LogContext.of(claim.key().run());
                Observation.Scope scope = observation.openScope()) {
            observation.lowCardinalityKeyValue("outcome", compute(job, device, claim, shuttingDown));
        } finally {
            observation.stop();
        }
    }

    /** @return what became of the shard, for the meters */
    private String compute(Job job, String device, ShardClaim claim, StopSignal shuttingDown) {
        ShardTable table = spread.table();
        try (ShardWatch watch = spread.watch(claim, shuttingDown);
                InputStream state = spread.folder().open(claim.state())) {
            String file = spread.write(claim, out -> work.shard(job, device, claim, state, watch, out));
            if (insistence.on(() -> table.done(claim, file))) {
                return "done";
            }
            metrics.fenced(RunMetrics.Write.SHARD);
            return "fenced";
        } catch (TrainingStoppedException | NoSuchFileException | FileNotFoundException e) {
            log.info("{} is left to others: {}", claim.key(), e.toString());
            insistence.on(() -> table.giveBack(claim, true));
            return "released";
        } catch (IOException e) {
            // The disk's fault, not the shard's: the worker of the run computes it, without files if need be.
            log.warn("{} cannot be kept and is left to others: {}", claim.key(), e.toString());
            insistence.on(() -> table.giveBack(claim, true));
            return "failed";
        } catch (RuntimeException | LinkageError | OutOfMemoryError | InternalError e) {
            log.warn("{} failed and is left to others", claim.key(), e);
            insistence.whenBack(() -> table.giveBack(claim, Outage.isFullDisk(e) || Outage.isAway(e)));
            spread.failed(claim, device, e);
            return "failed";
        }
    }

    private static CompletionHandler<ShardData> elsewhere() {
        return (completed, task) ->
                task.reschedule(completed, completed.getTimeDone().plus(ELSEWHERE));
    }
}
