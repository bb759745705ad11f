package io.winnow.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import com.github.kagkarlsson.scheduler.task.Execution;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import io.winnow.job.JobTasks.TaskData;
import io.winnow.job.RunLedger.Claim;
import io.winnow.job.checkpoint.CheckpointFolder;
import io.winnow.job.checkpoint.CheckpointFolder.RunFolder;
import io.winnow.job.checkpoint.CheckpointSettings;
import io.winnow.platform.WinnowProperties;
import io.winnow.scoring.Checkpoints.Saved;
import io.winnow.scoring.Checkpoints.UnreachableException;
import io.winnow.testing.TestDatabase;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The checkpoints of claims on a real database, in a process that works on nothing by itself. */
@SpringBootTest(properties = "winnow.role=api")
@Import({TestDatabase.class, JobBench.class})
class RunCheckpointsTests {

    @Autowired
    ScoringJobs scoring;

    @Autowired
    RunMetrics metrics;

    @Autowired
    RunLedger ledger;

    @Autowired
    RunTable runs;

    @Autowired
    ShardTable shards;

    @Autowired
    WinnowProperties properties;

    @Autowired
    JdbcClient jdbc;

    @TempDir
    Path root;

    private CheckpointFolder folder;
    private RunKey run;

    @BeforeEach
    void submit() {
        folder = new CheckpointFolder(new CheckpointSettings(true, root), properties);
        UUID job = scoring.submit("""
                {"dataset": "tiny", "model": "small", "methods": ["scripted"], "runs": 1}
                """.getBytes(), null, null);
        run = new RunKey(job, 0);
    }

    @Test
    void goesOnFromTheNewestOfTwo() throws IOException {
        RunCheckpoints first = checkpoints(claim());
        assertThat(first.saved()).isEmpty();
        for (int epoch = 1; epoch <= 5; epoch++) {
            save(first, epoch);
        }
        assertThat(contents(checkpoints(claim()))).containsExactly("state 5", "state 4");
        assertThat(files()).hasSize(2);
    }

    @Test
    void keepsTheStatesOfTheClaimBeforeUntilItHasTwoOfItsOwn() throws IOException {
        save(checkpoints(claim()), 1);
        RunCheckpoints second = checkpoints(claim());
        save(second, 2);
        assertThat(contents(second)).containsExactly("state 2", "state 1");
        save(second, 3);
        assertThat(contents(second)).containsExactly("state 3", "state 2");
        assertThat(files()).hasSize(2).allMatch(file -> file.contains("fence-2"));
    }

    @Test
    void takesNoStateFromAWorkerWhoseRunWasClaimedAnew() throws IOException {
        RunCheckpoints zombie = checkpoints(claim());
        save(zombie, 1);
        RunCheckpoints heir = checkpoints(claim());
        save(zombie, 2);
        assertThat(contents(checkpoints(claim()))).containsExactly("state 1");
        save(heir, 3);
        assertThat(runs.checkpoints(run))
                .as("the heir was fenced by the third claim")
                .hasSize(1);
    }

    @Test
    void fallsBackToTheStateBeforeOneThatIsSpoilt() throws IOException {
        RunCheckpoints first = checkpoints(claim());
        save(first, 1);
        save(first, 2);
        Path newest = root.resolve(runs.checkpoints(run).get(0));
        byte[] bytes = Files.readAllBytes(newest);
        bytes[3] ^= 1;
        Files.write(newest, bytes);
        RunCheckpoints second = checkpoints(claim());
        List<Saved> saved = second.saved();
        assertThatIOException().isThrownBy(saved.get(0)::open);
        assertThat(text(saved.get(1))).isEqualTo("state 1");
        save(second, 2);
        assertThat(contents(second)).as("the spoilt one is not counted").containsExactly("state 2", "state 1");
    }

    @Test
    void hasNothingToGoOnFromWhereItDoesNotSeeTheFiles(@TempDir Path elsewhere) throws IOException {
        save(checkpoints(claim()), 1);
        CheckpointFolder other = new CheckpointFolder(new CheckpointSettings(true, elsewhere), properties);
        RunCheckpoints blind = new RunCheckpoints(other, runs, claim(), metrics, false);
        assertThatIOException().isThrownBy(blind.saved().get(0)::open);
        save(blind, 1);
        assertThat(runs.checkpoints(run)).hasSize(1).allMatch(name -> name.contains("fence-2"));
    }

    /** A folder in its place is there, but what is read of it is an error of the disk. */
    @Test
    void givesUpAStateThatCannotBeReachedInTheLastAttemptOnly() throws IOException {
        save(checkpoints(claim()), 1);
        Path file = root.resolve(runs.checkpoints(run).get(0));
        byte[] content = Files.readAllBytes(file);
        Files.delete(file);
        Files.createDirectory(file);
        Saved away = checkpoints(claim()).saved().get(0);
        assertThatExceptionOfType(UnreachableException.class).isThrownBy(away::open);
        RunCheckpoints last = new RunCheckpoints(folder, runs, claim(), metrics, true);
        assertThatIOException().isThrownBy(last.saved().get(0)::open);
        assertThat(last.saved()).isEmpty();
        Files.delete(file);
        Files.write(file, content);
        assertThat(contents(checkpoints(claim()))).containsExactly("state 1");
    }

    @Test
    void goesOnWithoutAStateThatCannotBeWrittenAndTriesAgain() throws IOException {
        RunCheckpoints checkpoints = checkpoints(claim());
        save(checkpoints, 1);
        checkpoints.save(2, out -> {
            throw new IOException("No space left on device");
        });
        assertThat(contents(checkpoints)).containsExactly("state 1");
        assertThat(files()).hasSize(1);
        save(checkpoints, 3);
        assertThat(contents(checkpoints)).containsExactly("state 3", "state 1");
    }

    @Test
    void removesTheFilesOfRunsThatHaveEndedOrAreGone() throws IOException {
        Claim claim = claim();
        RunCheckpoints checkpoints = checkpoints(claim);
        save(checkpoints, 1);
        RunFolder gone = new RunFolder(UUID.randomUUID(), 0);
        folder.write(gone, 1, "a", out -> out.write(1));
        CheckpointSweep sweep = new CheckpointSweep(folder, runs, shards, properties(WinnowProperties.Role.WORKER));
        new CheckpointSweep(folder, runs, shards, properties(WinnowProperties.Role.API)).sweep();
        assertThat(files()).hasSize(2);
        sweep.sweep();
        assertThat(files()).hasSize(1);
        scoring.cancel(run.job());
        assertThat(runs.checkpoints(run)).isEmpty();
        save(checkpoints, 2);
        sweep.sweep();
        assertThat(files()).isEmpty();
    }

    private WinnowProperties properties(WinnowProperties.Role role) {
        return new WinnowProperties(root, role, null, new WinnowProperties.Data(List.of()));
    }

    private RunCheckpoints checkpoints(Claim claim) {
        return new RunCheckpoints(folder, runs, claim, metrics, false);
    }

    private static void save(RunCheckpoints checkpoints, int epoch) {
        checkpoints.save(epoch, out -> out.write(("state " + epoch).getBytes()));
    }

    private static List<String> contents(RunCheckpoints checkpoints) throws IOException {
        List<String> contents = new ArrayList<>();
        for (Saved saved : checkpoints.saved()) {
            contents.add(text(saved));
        }
        return contents;
    }

    private static String text(Saved saved) throws IOException {
        try (InputStream in = saved.open()) {
            return new String(in.readAllBytes());
        }
    }

    private Claim claim() {
        String id = run.job() + "/" + run.number();
        TaskInstance<TaskData> instance = JobTasks.RUN
                .instance(id)
                .data(new TaskData(TaskData.VERSION, run.job(), run.number()))
                .build();
        Execution execution = new Execution(Instant.now(), instance, true, "x", null, null, 0, null, 1L);
        return ledger.claim(run, "worker", execution, Duration.ofSeconds(60)).orElseThrow();
    }

    private List<String> files() throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            return all.filter(Files::isRegularFile)
                    .map(file -> root.relativize(file).toString())
                    .toList();
        }
    }
}
