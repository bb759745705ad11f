package io.winnow.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

/**
 * Data that changes, moves or is cut short, before a job and under it. Workers read the tensor stores, never the user's files; those
 * are looked at before each run.
 */
@Tag("faults")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DataFaultTests {

    private static final String REQUEST = Cluster.request(2, 6, 1);

    private Cluster cluster;
    private WinnowProcess worker;
    private Path data;
    private Path pictures;
    private byte[] before;

    @BeforeAll
    void start() throws IOException {
        cluster = new Cluster("data");
        cluster.startApi();
        worker = cluster.startWorker(Options.none().faults("fault.slow=50").with("--winnow.jobs.retry-delay=3s"));
        data = cluster.folder().resolve("data");
        pictures = data.resolve("train-images-idx3-ubyte");
        before = Files.readAllBytes(pictures);
        cluster.undisturbed(REQUEST);
    }

    @AfterEach
    void putEverythingBack() throws IOException {
        Files.write(pictures, before);
        cluster.post("/datasets/tiny/ingest", "");
        cluster.awaitReady("tiny", Cluster.PATIENCE);
    }

    @AfterAll
    void stop() {
        cluster.close();
    }

    @Test
    void refusesAJobOfFilesThatChangedAndTakesItWhenTheyAreAsTheyWere() throws IOException {
        changeAByte();
        HttpResponse<String> refused = submit();
        assertThat(refused.statusCode()).isEqualTo(409);
        assertThat(refused.body())
                .contains("changed since it was ingested: train-images-idx3-ubyte has other content")
                .contains("POST /datasets/tiny/ingest ingests it again");
        Files.write(pictures, before);
        cluster.assertUndisturbed(cluster.submit(REQUEST), REQUEST);
    }

    @Test
    void failsAJobWhoseFilesChangeUnderItBeforeItsNextRunAndStoresNoScores() throws IOException {
        String job = startedJob();
        changeAByte();
        assertFails(
                job,
                "Run not possible",
                "run 1: dataset 'tiny' changed since it was ingested: train-images-idx3-ubyte has other content");
    }

    /** The files are told by size and time; what has both as before is not read again, and nobody needs it. */
    @Test
    void scoresWhatWasIngestedThoughAFileChangesUnderItAndHasItsTimeAsBefore() throws IOException {
        String job = startedJob();
        FileTime time = Files.getLastModifiedTime(pictures);
        changeAByte();
        Files.setLastModifiedTime(pictures, time);
        cluster.assertUndisturbed(job, REQUEST);
        cluster.assertUndisturbed(cluster.submit(REQUEST), REQUEST);
    }

    @Test
    void scoresTheSameBytesThoughTheFolderOfTheFilesMovesAwayUnderAJob() throws IOException {
        String job = startedJob();
        Path away = data.resolveSibling("away");
        Files.move(data, away);
        try {
            HttpResponse<String> refused = submit();
            assertThat(refused.statusCode()).as(refused.body()).isEqualTo(409);
            assertThat(refused.body()).contains("its location cannot be read any more");
            assertThat(cluster.call(cluster.api(), "DELETE", "/datasets/tiny", null, null)
                            .statusCode())
                    .as("a dataset that a job is at work on stays")
                    .isEqualTo(409);
            cluster.assertUndisturbed(job, REQUEST);
        } finally {
            Files.move(away, data);
        }
    }

    @Test
    void failsAJobWhoseTensorStoreIsReplacedUnderItAndScoresAgainAfterAnIngest() throws IOException {
        String job = startedJob();
        byte[] content = Files.readAllBytes(store());
        content[content.length / 2] ^= 1;
        // In place of the one that the run at work has open.
        Path changed = store().resolveSibling("changed");
        Files.write(changed, content);
        Files.move(changed, store(), StandardCopyOption.REPLACE_EXISTING);
        assertFails(
                job,
                "Run not possible",
                "run 0: the tensor store of dataset 'tiny' is missing or damaged; POST /datasets/tiny/ingest makes it again");
        putEverythingBack();
        cluster.assertUndisturbed(cluster.submit(REQUEST), REQUEST);
    }

    @Test
    void failsAJobWhoseTensorStoresMoveAwayUnderIt() throws IOException {
        String job = startedJob();
        Path folder = store().getParent();
        Path away = folder.resolveSibling("away");
        Files.move(folder, away);
        try {
            assertFails(job, "Run not possible", "run 0: the tensor store of dataset 'tiny' is missing or damaged");
            assertThat(cluster.number("SELECT max(attempts) FROM run WHERE job_id = '" + job + "'"))
                    .as("looked whether the stores are back")
                    .isEqualTo(3);
        } finally {
            Files.move(away, folder);
        }
    }

    /** Of the last run, too, after which nobody looks before another. */
    @Test
    void failsARunWhoseTensorStoreIsWrittenIntoWhileItIsRead() throws IOException {
        String job = cluster.submit(Cluster.request(1, 20, 1));
        cluster.awaitProgress(job, 0.3);
        try (FileChannel channel = FileChannel.open(store(), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            long middle = channel.size() / 2;
            channel.read(one, middle);
            channel.write(ByteBuffer.wrap(new byte[] {(byte) (one.get(0) ^ 1)}), middle);
        }
        assertFails(job, "Run not possible", "run 0: the tensor store of dataset 'tiny' is missing or damaged");
        putEverythingBack();
        cluster.assertUndisturbed(cluster.submit(REQUEST), REQUEST);
    }

    /** What is mapped and not there any more is a signal to the process, which it outlives. */
    @Test
    void failsARunWhoseTensorStoreIsCutShortUnderItAndItsWorkerGoesOn() throws IOException {
        String job = startedJob();
        try (FileChannel channel = FileChannel.open(store(), StandardOpenOption.WRITE)) {
            channel.truncate(0);
        }
        assertFails(job, "Run not possible", "the tensor store of dataset 'tiny' is missing or damaged");
        assertThat(cluster.number("SELECT max(attempts) FROM run WHERE job_id = '" + job + "'"))
                .as("looked whether the store is back")
                .isEqualTo(3);
        assertThat(worker.log()).contains("run 0 of job " + job + " cannot read its samples (attempt 1)");
        assertThat(worker.isAlive()).isTrue();
        putEverythingBack();
        cluster.assertUndisturbed(cluster.submit(REQUEST), REQUEST);
    }

    @Test
    void scoresTheSameBytesThoughItsTensorStoreWasAwayForAMoment() throws IOException {
        String request = Cluster.request(2, 12, 1);
        cluster.undisturbed(request);
        String job = cluster.submit(request);
        cluster.awaitProgress(job, 0.2);
        byte[] content = Files.readAllBytes(store());
        try (FileChannel channel = FileChannel.open(store(), StandardOpenOption.WRITE)) {
            channel.truncate(0);
            await().atMost(Cluster.PATIENCE)
                    .until(() -> worker.log().contains("run 0 of job " + job + " cannot read its samples"));
            channel.write(ByteBuffer.wrap(content), 0);
        }
        cluster.assertUndisturbed(job, request);
        assertThat(cluster.number("SELECT attempts FROM run WHERE number = 0 AND job_id = '" + job + "'"))
                .isEqualTo(2);
        assertThat(worker.log()).containsPattern("run 0 of job " + job + " goes on from");
    }

    private HttpResponse<String> submit() {
        return cluster.call(cluster.api(), "POST", "/jobs", REQUEST, null);
    }

    /** Its first run is at work. */
    private String startedJob() {
        String job = cluster.submit(REQUEST);
        cluster.awaitProgress(job, 0.1);
        assertThat(cluster.number(
                        "SELECT count(*) FROM run WHERE number = 1 AND status = 'QUEUED' AND job_id = '" + job + "'"))
                .as("runs that are to come")
                .isEqualTo(1);
        return job;
    }

    private void changeAByte() throws IOException {
        byte[] other = before.clone();
        other[other.length / 2] ^= 1;
        FileTime time = Files.getLastModifiedTime(pictures);
        Files.write(pictures, other);
        Files.setLastModifiedTime(pictures, FileTime.from(time.toInstant().plus(Duration.ofSeconds(1))));
    }

    private Path store() {
        try (var files = Files.walk(cluster.folder().resolve("work/datasets"))) {
            return files.filter(file -> file.getFileName().toString().equals("train.tensors"))
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void assertFails(String job, String title, String detail) {
        JsonNode ended = cluster.awaitEnd(job);
        assertThat(ended.get("status").asString()).as(ended.toPrettyString()).isEqualTo("FAILED");
        assertThat(ended.at("/error/title").asString()).isEqualTo(title);
        assertThat(ended.at("/error/detail").asString()).contains(detail);
        assertThat(ended.get("scoreSets")).isEmpty();
        assertThat(cluster.number("SELECT count(*) FROM score_set WHERE job_id = '" + job + "'"))
                .isZero();
        new Invariants(cluster.postgres()).hold();
    }
}
