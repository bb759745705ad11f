package io.winnow.job;

import com.github.kagkarlsson.scheduler.SchedulerClient;
import com.github.kagkarlsson.scheduler.boot.autoconfigure.Jackson3Serializer;
import com.github.kagkarlsson.scheduler.jdbc.JdbcCustomization;
import com.github.kagkarlsson.scheduler.jdbc.PostgreSqlJdbcCustomization;
import com.github.kagkarlsson.scheduler.serializer.Serializer;
import com.github.kagkarlsson.scheduler.task.Task;
import java.util.List;
import javax.sql.DataSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;
import org.springframework.stereotype.Component;
import org.springframework.util.function.SingletonSupplier;

/**
 * Puts tasks into the queue in the caller's transaction, so that a job has its tasks or is not there. The scheduler itself works
 * on the connections of {@link HeartbeatPool}, which take no part in any transaction.
 */
@Component
class TaskQueue {

    private final SingletonSupplier<SchedulerClient> client;

    /** @param tasks which themselves put tasks into the queue */
    TaskQueue(DataSource database, ObjectProvider<Task<?>> tasks) {
        this.client = SingletonSupplier.of(
                () -> SchedulerClient.Builder.create(new TransactionAwareDataSourceProxy(database), known(tasks))
                        .serializer(serializer())
                        .enablePriority()
                        .jdbcCustomization(dialect())
                        .build());
    }

    SchedulerClient client() {
        return client.obtain();
    }

    /** Java's own serialization would run what anybody writes into the table. */
    static Serializer serializer() {
        return new Jackson3Serializer();
    }

    /**
     * Said, not asked of the database with the first connection: that one may be long in coming. Due tasks are found by one
     * statement and taken by another: in a single one the database may ask the inner, limited query anew for each row, as it does
     * by a plan that it made when the queue was empty, and the worker has all that is due where it wanted one.
     */
    static JdbcCustomization dialect() {
        return new PostgreSqlJdbcCustomization(true, false);
    }

    private static List<Task<?>> known(ObjectProvider<Task<?>> tasks) {
        return tasks.stream().toList();
    }
}
