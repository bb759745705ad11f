package io.winnow.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.winnow.dataset.SourcePositions;
import io.winnow.scoring.ScoreSet;
import io.winnow.scoring.ScoreStore;
import io.winnow.testing.TestDatabase;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;

/** Score sets that take longer to make than a transaction may be idle. */
@SpringBootTest
@Import(TestDatabase.class)
@Tag("faults")
class PublicationFaultTests {

    private static final Logger log = LoggerFactory.getLogger(PublicationFaultTests.class);
    private static final int SAMPLES = Integer.getInteger("faults.samples", 9_000_000);
    private static final Duration IDLE = Duration.ofSeconds(Integer.getInteger("faults.idle-seconds", 10));
    private static final int RUNS = 2;

    @Autowired
    ScoreStore store;

    @Autowired
    JdbcTemplate jdbc;

    @Autowired
    TransactionTemplate transactions;

    @Test
    void publishesMoreSamplesThanAreRankedAtATime() {
        UUID job = UUID.randomUUID();
        for (int run = 0; run < RUNS; run++) {
            keep(job, run);
        }
        AtomicReference<Long> longest = new AtomicReference<>(0L);
        long[] asked = {System.nanoTime()};
        long began = asked[0];
        ScoreSet set = transactions.execute(status -> {
            jdbc.execute("SET LOCAL idle_in_transaction_session_timeout = '%ds'".formatted(IDLE.toSeconds()));
            return store.publish(
                            job, UUID.randomUUID(), "many", RUNS, SourcePositions.ALL, () -> stopAt(asked, longest))
                    .get(0);
        });
        log.info(
                "{} samples of {} runs published in {} s; {} ms at most without a question, in a heap of {} MB",
                SAMPLES,
                RUNS,
                (System.nanoTime() - began) / 1_000_000_000,
                longest.get() / 1_000_000,
                Runtime.getRuntime().maxMemory() >> 20);
        assertThat(set.size()).isEqualTo(SAMPLES);
        // Half of what a sample scores in a run is its own, half is the run's: two uniform variables of equal variance.
        assertThat(set.reliability().splitHalfSpearman()).isBetween(0.45, 0.55);
        assertThat(set.reliability().overlap().get(2).share()).isBetween(0.6, 0.75);
        float most = Float.POSITIVE_INFINITY;
        for (int place = 0; place < SAMPLES; place += SAMPLES / 100) {
            float score = store.placed(set.id(), place).score();
            assertThat(score).isLessThanOrEqualTo(most);
            most = score;
        }
    }

    private static boolean stopAt(long[] asked, AtomicReference<Long> longest) {
        long now = System.nanoTime();
        longest.accumulateAndGet(now - asked[0], Math::max);
        asked[0] = now;
        return false;
    }

    /** As a run does, but chunk by chunk. */
    private void keep(UUID job, int run) {
        jdbc.update(
                "INSERT INTO run_score (job_id, run, method, epoch, place, size, classes, facts) VALUES (?, ?, 'el2n', 1, 0, ?, 10, '{}')",
                job,
                run,
                SAMPLES);
        for (int from = 0; from < SAMPLES; from += ScoreStore.CHUNK) {
            Random own = new Random(from);
            Random ofRun = new Random(from + run + 1L);
            ByteBuffer chunk = ByteBuffer.allocate(Math.min(ScoreStore.CHUNK, SAMPLES - from) * Float.BYTES)
                    .order(ByteOrder.LITTLE_ENDIAN);
            while (chunk.hasRemaining()) {
                chunk.putFloat(own.nextFloat() + ofRun.nextFloat());
            }
            jdbc.update(
                    "INSERT INTO run_chunk (job_id, run, method, epoch, chunk_no, scores) VALUES (?, ?, 'el2n', 1, ?, ?)",
                    job,
                    run,
                    from / ScoreStore.CHUNK,
                    chunk.array());
        }
    }
}
