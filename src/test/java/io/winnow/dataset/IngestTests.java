package io.winnow.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.winnow.surrogate.SampleShape;
import io.winnow.testing.IdxFixture;
import io.winnow.testing.Registrations;
import io.winnow.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Import;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

@SpringBootTest
@Import(TestDatabase.class)
class IngestTests {

    private static final Path CIFAR = Path.of(System.getProperty("winnow.test.cifar10", "../shared/data/cifar10"))
            .toAbsolutePath()
            .normalize();

    private static final List<String> CIFAR_CLASSES =
            List.of("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck");

    @TempDir
    static Path folder;

    @Autowired
    DatasetRegistry registry;

    @Autowired
    Datasets datasets;

    @Autowired
    DatasetRepository repository;

    @Autowired
    Ingester ingester;

    @Autowired
    IngestLock lock;

    @Autowired
    StoreFolder stores;

    @Autowired
    JdbcTemplate jdbc;

    @DynamicPropertySource
    static void settings(DynamicPropertyRegistry properties) {
        properties.add("winnow.data.roots", () -> "./samples," + folder.resolve("data") + "," + CIFAR);
        properties.add("winnow.work-dir", () -> folder.resolve("work").toString());
    }

    private static DatasetRegistration registration(String name, Path location) {
        return Registrations.of(name, "idx", location.toString());
    }

    private ReadyDataset ready(String name) {
        await().atMost(Duration.ofSeconds(60))
                .until(() -> registry.require(name).state() != Dataset.State.INGESTING);
        return datasets.requireReady(name);
    }

    /** As a process leaves it that dies in the middle: a row that says INGESTING and half a file. */
    private Dataset leftBehind(String name) throws IOException {
        Path data = IdxFixture.write(folder.resolve("data/" + name), 500, 100, 8, 5);
        Dataset dataset = repository.saveAndFlush(new Dataset(name, registration(name, data)));
        stores.create(dataset.id());
        Files.write(stores.file(dataset.id(), Split.TRAIN).resolveSibling("train.tensors.part"), new byte[9_999_999]);
        return dataset;
    }

    @Test
    void ingestsAgainWhatADeadProcessLeftUnfinished() throws IOException {
        Dataset dataset = leftBehind("left-behind");
        ingester.takeUpWhatWasLeft();
        ReadyDataset again = ready("left-behind");
        registry.register(registration("undisturbed", folder.resolve("data/left-behind")));
        ReadyDataset undisturbed = ready("undisturbed");
        assertThat(again.train().checksum()).isEqualTo(undisturbed.train().checksum());
        assertThat(again.test()).isNotNull();
        assertThat(stores.file(dataset.id(), Split.TRAIN).getParent().toFile().list())
                .containsExactlyInAnyOrder("train.tensors", "test.tensors", "sources");
    }

    @Test
    void leavesADatasetAloneThatAnotherProcessIngests() throws Exception {
        Dataset dataset = leftBehind("held");
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        Thread other = new Thread(() -> lock.whileHeld(dataset.id(), mine -> {
            held.countDown();
            try {
                release.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }));
        other.start();
        held.await();
        ingester.start(dataset.id());
        Path data = IdxFixture.write(folder.resolve("data/after"), 20, 10, 8, 2);
        registry.register(registration("after", data));
        ready("after");
        assertThat(registry.require("held").state()).isEqualTo(Dataset.State.INGESTING);
        release.countDown();
        other.join();
        ingester.start(dataset.id());
        assertThat(ready("held").train().size()).isEqualTo(500);
    }

    /** As a restart of the server takes it, or a firewall that forgets what is silent; nobody tells who held it. */
    @Test
    void tellsWhoHeldALockThatItWentWithItsConnection() {
        UUID id = UUID.randomUUID();
        AtomicBoolean taken = new AtomicBoolean();
        assertThatThrownBy(() -> lock.whileHeld(id, mine -> {
                    mine.check();
                    lock.whileHeld(id, another -> taken.set(true));
                    assertThat(taken).as("two hold it").isFalse();
                    jdbc.queryForList(
                            "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND classid::bigint << 32 | objid::bigint = ?",
                            id.getMostSignificantBits() ^ id.getLeastSignificantBits());
                    await().atMost(Duration.ofSeconds(20)).until(() -> taken(id, taken));
                    mine.check();
                }))
                .isInstanceOf(DataAccessResourceFailureException.class);
        assertThat(taken).isTrue();
    }

    private boolean taken(UUID id, AtomicBoolean taken) {
        lock.whileHeld(id, heir -> taken.set(true));
        return taken.get();
    }

    @Test
    void leavesNothingOfADatasetThatIsDeletedBeforeItsIngestEnds() throws Exception {
        Dataset dataset = leftBehind("deleted");
        registry.delete("deleted");
        ingester.start(dataset.id());
        Path data = IdxFixture.write(folder.resolve("data/next"), 20, 10, 8, 2);
        registry.register(registration("next", data));
        ready("next");
        assertThat(stores.file(dataset.id(), Split.TRAIN).getParent()).doesNotExist();
        assertThat(repository.findById(dataset.id())).isEmpty();
    }

    @Test
    void warnsOfAClassWithoutTrainingSamples() throws IOException {
        Path data = IdxFixture.write(folder.resolve("data/gap"), 20, 10, 8, 2);
        registry.register(new DatasetRegistration(
                "gap",
                "idx",
                data.toString(),
                null,
                null,
                null,
                List.of("cat", "dog", "horse"),
                null,
                null,
                null,
                null));
        assertThat(ready("gap").classes()).containsExactly("cat", "dog", "horse");
        assertThat(registry.require("gap").problems())
                .containsExactly(new Dataset.Problem(null, "class 'horse' has no training sample"));
    }

    /** Numbers by NumPy over the same files. */
    @Test
    void ingestsTheBundledSamples() {
        registry.register(registration("fashion-mnist-10k", Path.of("fashion-mnist")));
        ReadyDataset dataset = ready("fashion-mnist-10k");
        assertThat(dataset.shape()).isEqualTo(new SampleShape(1, 28, 28));
        assertThat(dataset.classes()).hasSize(10);
        assertThat(dataset.train().classCounts())
                .containsExactly(942, 1027, 1016, 1019, 974, 989, 1021, 1022, 990, 1000);
        assertThat(dataset.train().checksum())
                .isEqualTo("sha256:d323c19fde67de48c226f5da228bc129e6fddc7cf4b515829530cb824b7df19d");
        assertThat(dataset.normalisation().mean()[0]).isCloseTo(0.28630891706682676f, within(1e-7f));
        assertThat(dataset.normalisation().std()[0]).isCloseTo(0.35401796410642805f, within(1e-7f));
        assertThat(dataset.test()).isNotNull();
        assertThat(dataset.test().size()).isEqualTo(2000);
    }

    /** The whole of CIFAR-10 as JPEGs in Parquet, where it lies beside the project. */
    @Test
    void ingestsCifar10() {
        assumeThat(CIFAR)
                .as("CIFAR-10 as Parquet; -Dwinnow.test.cifar10 says where")
                .isDirectory();
        registry.register(Registrations.of("cifar-10", "parquet", CIFAR.toString()));
        ReadyDataset dataset = ready("cifar-10");
        assertThat(dataset.shape()).isEqualTo(new SampleShape(3, 32, 32));
        assertThat(dataset.train().classCounts()).hasSize(10).containsOnly(5000);
        assertThat(dataset.test()).isNotNull();
        assertThat(dataset.test().classCounts()).containsOnly(1000);
        assertThat(registry.require("cifar-10").problems()).isEmpty();
        // Its paths say the class: truck_4983.jpg.
        try (TensorStore store = datasets.open(dataset, Split.TRAIN);
                SampleKeys keys = datasets.keys(dataset, Split.TRAIN).orElseThrow()) {
            assertThat(keys.size()).isEqualTo(50_000);
            for (int i = 0; i < keys.size(); i++) {
                assertThat(keys.key(i).split("_")[0]).isEqualTo(CIFAR_CLASSES.get(store.label(i)));
            }
        }
        // The published means of the original pictures, of which these are lossy copies.
        assertThat(dataset.normalisation().mean()[0]).isCloseTo(0.4914f, within(0.002f));
        assertThat(dataset.normalisation().mean()[1]).isCloseTo(0.4822f, within(0.002f));
        assertThat(dataset.normalisation().mean()[2]).isCloseTo(0.4465f, within(0.002f));
    }

    /** A device on which every write finds the disk full stands where the tensors are to be written. */
    @Test
    void saysThatTheDiskIsFullAndLeavesNothing() throws IOException {
        Path full = Path.of("/dev/full");
        assumeThat(full).exists();
        Path data = IdxFixture.write(folder.resolve("data/full"), 500, 100, 8, 5);
        Dataset dataset = repository.saveAndFlush(new Dataset("full", registration("full", data)));
        stores.create(dataset.id());
        Files.createSymbolicLink(stores.file(dataset.id(), Split.TRAIN).resolveSibling("train.tensors.part"), full);
        ingester.start(dataset.id());
        await().atMost(Duration.ofSeconds(60))
                .until(() -> registry.require("full").state() != Dataset.State.INGESTING);
        assertThat(registry.require("full").state()).isEqualTo(Dataset.State.FAILED);
        assertThat(registry.require("full").problems())
                .singleElement()
                .extracting(Dataset.Problem::message)
                .asString()
                .contains("No space left on device");
        assertThat(stores.file(dataset.id(), Split.TRAIN).getParent()).doesNotExist();
    }
}
