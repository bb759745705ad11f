package io.winnow;

import com.github.kagkarlsson.scheduler.task.Execution;
import com.github.kagkarlsson.scheduler.task.Task;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import io.winnow.scoring.Checkpoints;
import io.winnow.scoring.RunListener;
import io.winnow.scoring.RunRequest;
import io.winnow.scoring.RunScorer;
import io.winnow.scoring.ScoreStore;
import io.winnow.scoring.ShardPass;
import io.winnow.scoring.Shards;
import io.winnow.surrogate.StopSignal;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionOperations;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.util.ClassUtils;

/**
 * The service with faults built in, on the class path of the fault tests' processes only. System properties say which:
 *
 * <ul>
 *   <li>{@code fault.slow}: milliseconds that each step of a run takes longer
 *   <li>{@code fault.shard}: milliseconds that each shard takes longer, half of them when all but its end is written
 *   <li>{@code fault.halt.epochs}: a run of so many epochs ends the process, without a word, at its {@code fault.step}-th step
 *   <li>{@code fault.hang.epochs}: such a run hangs there as native code does, beyond the reach of an interrupt
 *   <li>{@code fault.heap.epochs}: such a run exhausts the heap there
 *   <li>{@code fault.device.epochs}: such a run fails there as if its GPU had
 *   <li>{@code fault.publish}: milliseconds that each step of a publication takes longer
 *   <li>{@code fault.publish.hang}: a publication hangs at its first step, if this is {@code true}
 *   <li>{@code fault.accept}: accepting a job ends the process, without a word, before or after the {@code commit} that this says
 *   <li>{@code fault.noop}: milliseconds that a task that does nothing takes, in the middle of its transaction
 * </ul>
 */
public final class FaultyWinnow {

    public static final String NOOP_TASK = "noop";

    /** What a process prints when its run begins to hang. */
    public static final String HANGS = "fault: the run hangs";

    private static final int STEP = Integer.getInteger("fault.step", 5);

    private FaultyWinnow() {}

    public static void main(String[] args) {
        WinnowApplication.start(args, WinnowApplication.class, Faults.class);
    }

    /** No configuration by its annotation, so that no scan of the tests' own class path finds it. */
    static class Faults {

        @Bean
        static BeanPostProcessor faultyBeans() {
            return new BeanPostProcessor() {
                @Override
                public Object postProcessAfterInitialization(Object bean, String name) {
                    if (bean instanceof ScoreStore) {
                        return slowToPublish(bean);
                    }
                    if (name.equals("jobs")) {
                        return haltingWhenOneIsStored(bean);
                    }
                    return bean instanceof RunScorer ? faulty(bean) : bean;
                }
            };
        }

        /**
         * Its effect and its removal are one transaction, as with the runs of jobs: done once, however often it was begun. Each begin is
         * written down before, so that it shows whether two processes were ever given the same task.
         */
        @Bean
        Task<Void> noopTask(JdbcClient jdbc, TransactionOperations transaction) {
            return Tasks.custom(NOOP_TASK, Void.class).onDeadExecutionRevive().execute((instance, context) -> {
                jdbc.sql("INSERT INTO noop_begun (id, by) VALUES (:id, :by)")
                        .param("id", context.getExecution().taskInstance.getId())
                        .param("by", ProcessHandle.current().pid())
                        .update();
                transaction.executeWithoutResult(status -> writeDown(jdbc, context.getExecution()));
                return (completed, operations) -> {};
            });
        }

        private static void writeDown(JdbcClient jdbc, Execution execution) {
            int removed = jdbc.sql(
                            "DELETE FROM scheduled_tasks WHERE task_name = :name AND task_instance = :id AND version = :version")
                    .param("name", NOOP_TASK)
                    .param("id", execution.taskInstance.getId())
                    .param("version", execution.version)
                    .update();
            LockSupport.parkNanos(Long.getLong("fault.noop", 0) * 1_000_000);
            if (removed == 1) {
                jdbc.sql("INSERT INTO noop_done (id, by) VALUES (:id, :by)")
                        .param("id", execution.taskInstance.getId())
                        .param("by", ProcessHandle.current().pid())
                        .update();
            }
        }
    }

    /** The scorer with a listener that misbehaves between batches. */
    private static Object faulty(Object scorer) {
        return instead(scorer, (method, arguments) -> {
            Object[] own = arguments == null ? new Object[0] : arguments.clone();
            long epochs = Arrays.stream(own)
                    .filter(RunRequest.class::isInstance)
                    .mapToLong(request -> ((RunRequest) request).training().epochs())
                    .findFirst()
                    .orElse(-1);
            for (int i = 0; i < own.length; i++) {
                if (own[i] instanceof RunListener listener) {
                    own[i] = misbehaving(listener, epochs);
                } else if (own[i] instanceof Shards shards) {
                    own[i] = slow(shards);
                }
            }
            boolean shard = method.getName().equals("shard");
            pause(shard);
            Object result = method.invoke(scorer, own);
            pause(shard);
            return result;
        });
    }

    /** The shards that the worker of the run computes itself. */
    private static Shards slow(Shards shards) {
        return new Shards() {
            @Override
            public boolean spreads(int samples) {
                return shards.spreads(samples);
            }

            @Override
            public boolean run(
                    ShardPass pass,
                    int samples,
                    Checkpoints.Content state,
                    Work work,
                    IntConsumer done,
                    Reader reader) {
                Work slow = (from, to, stop, out) -> {
                    pause(true);
                    work.compute(from, to, stop, out);
                    pause(true);
                };
                return shards.run(pass, samples, state, slow, done, reader);
            }
        };
    }

    private static Object slowToPublish(Object store) {
        return instead(store, (method, arguments) -> {
            for (int i = 0; arguments != null && i < arguments.length; i++) {
                if (arguments[i] instanceof StopSignal stop) {
                    arguments[i] = (StopSignal) () -> {
                        LockSupport.parkNanos(Long.getLong("fault.publish", 0) * 1_000_000);
                        if (Boolean.getBoolean("fault.publish.hang")) {
                            hang();
                        }
                        return stop.stopRequested();
                    };
                }
            }
            return method.invoke(store, arguments);
        });
    }

    /** Stores a job and its tasks in one transaction: the job comes first. */
    private static Object haltingWhenOneIsStored(Object jobs) {
        return instead(jobs, (method, arguments) -> {
            Object result = method.invoke(jobs, arguments);
            String halt = System.getProperty("fault.accept", "");
            if (!halt.isEmpty() && method.getName().equals("saveAndFlush")) {
                if (halt.equals("before")) {
                    Runtime.getRuntime().halt(137);
                }
                TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
                    @Override
                    public void afterCommit() {
                        Runtime.getRuntime().halt(137);
                    }
                });
            }
            return result;
        });
    }

    private interface Call {
        Object invoke(Method method, Object[] arguments) throws ReflectiveOperationException;
    }

    private static Object instead(Object bean, Call call) {
        InvocationHandler handler = (proxy, method, arguments) -> {
            try {
                method.trySetAccessible();
                return call.invoke(method, arguments);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        };
        return Proxy.newProxyInstance(
                bean.getClass().getClassLoader(), ClassUtils.getAllInterfacesForClass(bean.getClass()), handler);
    }

    private static void pause(boolean shard) {
        if (shard) {
            LockSupport.parkNanos(Long.getLong("fault.shard", 0) * 500_000);
        }
    }

    private static RunListener misbehaving(RunListener listener, long epochs) {
        AtomicLong steps = new AtomicLong();
        return (RunListener) instead(listener, (method, arguments) -> {
            if (method.getDeclaringClass() == StopSignal.class
                    || method.getName().equals("stopRequested")) {
                step(steps.incrementAndGet(), epochs);
            }
            return method.invoke(listener, arguments);
        });
    }

    private static void step(long step, long epochs) {
        LockSupport.parkNanos(Long.getLong("fault.slow", 0) * 1_000_000);
        if (step != STEP) {
            return;
        }
        if (epochs == Long.getLong("fault.halt.epochs", -2)) {
            Runtime.getRuntime().halt(137);
        }
        if (epochs == Long.getLong("fault.device.epochs", -2)) {
            throw new IllegalStateException("CUDA error: unspecified launch failure");
        }
        if (epochs == Long.getLong("fault.hang.epochs", -2)) {
            System.out.println(HANGS);
            hang();
        }
        if (epochs == Long.getLong("fault.heap.epochs", -2)) {
            long[][] ballast = new long[1 << 20][];
            for (int i = 0; ; i++) {
                ballast[i] = new long[1 << 20];
            }
        }
    }

    private static void hang() {
        while (true) {
            LockSupport.parkNanos(1_000_000_000);
        }
    }
}
