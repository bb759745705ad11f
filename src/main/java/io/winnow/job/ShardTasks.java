package io.winnow.job;

import com.github.kagkarlsson.scheduler.task.SchedulableInstance;
import com.github.kagkarlsson.scheduler.task.TaskDescriptor;
import java.time.Instant;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** The tasks of shards in the task scheduler: invitations, which may come late or be lost. */
@Component
class ShardTasks {

    static final TaskDescriptor<ShardData> SHARD = TaskDescriptor.of("score-shard", ShardData.class);

    private final TaskQueue queue;
    private final RunTable runs;

    ShardTasks(TaskQueue queue, RunTable runs) {
        this.queue = queue;
        this.runs = runs;
    }

    /**
     * What a task carries.
     *
     * @param version of this record; a process leaves tasks of a later one to its successors
     */
    record ShardData(int version, UUID job, int run, String pass, int shard) {

        static final int VERSION = 1;

        RunKey key() {
            return new RunKey(job, run);
        }
    }

    void schedule(RunKey run, String pass, int shards, int priority) {
        Instant now = runs.now();
        for (int shard = 0; shard < shards; shard++) {
            SchedulableInstance<ShardData> task = SHARD.instance(
                            "%s/%d/%s/%d".formatted(run.job(), run.number(), pass, shard))
                    .data(new ShardData(ShardData.VERSION, run.job(), run.number(), pass, shard))
                    .priority(priority)
                    .scheduledTo(now.plusNanos(shard * 1_000L));
            queue.client().scheduleIfNotExists(task);
        }
    }
}
