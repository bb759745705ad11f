package io.winnow.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verifyNoInteractions;
import static org.mockito.Mockito.when;

import io.winnow.dataset.Datasets;
import io.winnow.platform.InvalidRequestException;
import io.winnow.platform.InvalidRequestException.Collector;
import io.winnow.platform.WinnowProperties;
import io.winnow.scoring.MethodRegistry;
import io.winnow.scoring.RunScorer;
import io.winnow.surrogate.ComputeDevice;
import io.winnow.surrogate.GoodDevices;
import io.winnow.surrogate.SurrogateEngine;
import io.winnow.testing.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.info.BuildProperties;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Import;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What becomes of a GPU that fails, in the processes that a machine has one after the other. */
@SpringBootTest(properties = "winnow.role=api")
@Import({TestDatabase.class, JobBench.class})
@ExtendWith(OutputCaptureExtension.class)
class DeviceFailuresTests {

    private static final Worker HERE = new Worker("gpu-7");
    private static final String LAUNCH = "CUDA error: unspecified launch failure";

    @Autowired
    JdbcClient jdbc;

    @Autowired
    HeartbeatPool heartbeats;

    @Autowired
    JobSettings settings;

    @Autowired
    SchedulerTimes times;

    @Autowired
    RunMetrics metrics;

    @Autowired
    JobSubjects subjects;

    @Autowired
    ObjectProvider<BuildProperties> build;

    private final AtomicInteger exits = new AtomicInteger();

    @BeforeEach
    void forget() {
        jdbc.sql("DELETE FROM device_failure").update();
        jdbc.sql("DELETE FROM worker").update();
    }

    private static WinnowProperties properties() {
        return new WinnowProperties(
                Path.of("unused"), WinnowProperties.Role.WORKER, null, new WinnowProperties.Data(List.of()));
    }

    private DeviceFailures failures() {
        return failures(heartbeats, settings, "");
    }

    private static DeviceFailures failures(HeartbeatPool heartbeats, JobSettings settings, String cuda) {
        return failures(heartbeats, HERE, settings, cuda, "");
    }

    private static DeviceFailures failures(
            HeartbeatPool heartbeats, Worker worker, JobSettings settings, String cuda, String container) {
        return new DeviceFailures(heartbeats, worker, settings, properties(), cuda, container);
    }

    /** A process whose device fails; it is another one each time. */
    private void fail(String device, String message) {
        fail(failures(), device, message);
    }

    private void fail(DeviceFailures failures, String device, String message) {
        ProcessEnd end = new ProcessEnd(metrics, failures) {
            @Override
            void exit() {
                exits.incrementAndGet();
            }
        };
        end.ifDeviceIsLost(
                "a run", device, new IllegalStateException("a pass broke off", new RuntimeException(message)));
    }

    private static SurrogateEngine machine(DeviceFailures failures, String... devices) {
        SurrogateEngine engine = mock(SurrogateEngine.class);
        List<ComputeDevice> seen =
                Stream.of(devices).map(name -> new ComputeDevice(name, name, 1)).toList();
        when(engine.devices()).thenReturn(seen);
        return new GoodDevices(engine, failures);
    }

    /** A process that starts now. */
    private RunWork workerWith(String... devices) {
        DeviceFailures failures = failures();
        failures.look();
        return worker(failures, devices);
    }

    private static RunWork worker(DeviceFailures failures, String... devices) {
        return new RunWork(
                mock(Datasets.class),
                mock(MethodRegistry.class),
                mock(RunScorer.class),
                machine(failures, devices),
                mock(ShardSpread.class),
                mock(Insistence.class));
    }

    @Test
    void leavesOutADeviceFromItsSecondFailureOn() {
        fail("cuda:0", LAUNCH);
        assertThat(workerWith("cuda:0", "cpu").device("cuda:0")).contains("cuda:0");

        fail("cuda:0", "CUDA error: uncorrectable ECC error encountered");
        RunWork next = workerWith("cuda:0", "cuda:1", "cpu");
        assertThat(next.device("cuda:0")).isEmpty();
        assertThat(next.device("cuda:1")).contains("cuda:1");
        assertThat(next.device("cpu")).contains("cpu");
        assertThat(next.device("auto")).contains("cuda:1");
        assertThat(exits).hasValue(2);
    }

    @Test
    void neverMovesAJobThatAsksForABadDeviceToAnother() {
        failTwice("cuda:0");
        assertThat(workerWith("cuda:0", "cuda:1", "cpu").device("cuda:0")).isEmpty();
    }

    @Test
    void aWorkerWhoseDevicesAreAllBadTakesNothingAndStaysOnTheList() {
        failTwice("cuda:0");
        RunWork worker = workerWith("cuda:0");
        assertThat(worker.device("auto")).isEmpty();
        assertThat(worker.device("cpu")).isEmpty();
        assertThat(worker.device("cuda:0")).isEmpty();

        WorkerRegistry registry = registryWith("cuda:0");
        registry.beat();
        assertThat(registry.workers()).singleElement().satisfies(view -> {
            assertThat(view.state()).isEqualTo(WorkerRegistry.State.IDLE);
            assertThat(view.devices()).isEmpty();
        });
        assertThat(registry.devices()).isEmpty();
    }

    @Test
    void listsWorkersAndDevicesWithoutBadOnes() {
        failTwice("cuda:0");
        WorkerRegistry registry = registryWith("cuda:0", "cuda:1", "cpu");
        registry.beat();
        assertThat(registry.devices()).extracting(WorkerRegistry.Device::name).containsExactly("cuda:1", "cpu");
        assertThat(registry.workers())
                .singleElement()
                .extracting(WorkerRegistry.WorkerView::devices)
                .isEqualTo(List.of("cuda:1", "cpu"));
    }

    private WorkerRegistry registryWith(String... devices) {
        DeviceFailures failures = failures();
        failures.look();
        return new WorkerRegistry(jdbc, heartbeats, HERE, machine(failures, devices), times, properties(), build);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "host = 'another machine'",
                "visible = '3'",
                "device = 'cuda:1'",
                "failed_at = failed_at - interval '25 hours'"
            })
    void countsNoFailureOfAnotherMachineOrCardOrTime(String other) {
        fail("cuda:0", LAUNCH);
        jdbc.sql("UPDATE device_failure SET " + other).update();
        fail("cuda:0", LAUNCH);
        assertThat(workerWith("cuda:0", "cpu").device("cuda:0")).contains("cuda:0");
    }

    @Test
    void knowsACardByWhatItsProcessMaySee() {
        for (int i = 0; i < 2; i++) {
            fail(failures(heartbeats, settings, "1"), "cuda:0", LAUNCH);
        }
        DeviceFailures sibling = failures(heartbeats, settings, "0");
        DeviceFailures same = failures(heartbeats, settings, "1");
        sibling.look();
        same.look();
        assertThat(sibling.has("cuda:0")).isFalse();
        assertThat(same.has("cuda:0")).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {"'' '' ''", "1 '' 1", "'' all all", "1 all 1/all"})
    void knowsACardByWhatItsContainerMaySeeToo(String cuda, String container, String visible) {
        fail(failures(heartbeats, HERE, settings, cuda, container), "cuda:0", LAUNCH);
        assertThat(jdbc.sql("SELECT visible FROM device_failure")
                        .query(String.class)
                        .single())
                .isEqualTo(visible);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CUDA out of memory. Tried to allocate 20.00 MiB (GPU 0; 139.00 GiB total capacity)",
                "CUDA error: out of memory",
                "an index is out of range"
            })
    void countsNoWantOfMemoryAndNoOtherFailure(String message) {
        fail("cuda:0", message);
        fail("cuda:0", message);
        assertThat(rows()).isZero();
        assertThat(exits).hasValue(0);
    }

    @Test
    void neverLeavesOutTheCpu() {
        failTwice("cpu");
        assertThat(rows()).isZero();
        jdbc.sql("""
                        INSERT INTO device_failure (host, visible, device, worker, message)
                        SELECT :host, '', 'cpu', 'w', 'by hand' FROM generate_series(1, 2)
                        """).param("host", HERE.host()).update();
        assertThat(workerWith("cpu").device("cpu")).contains("cpu");
    }

    @Test
    void usesADeviceAgainWithoutARestartWhenItsRowsAreDeleted() {
        failTwice("cuda:0");
        DeviceFailures failures = failures();
        RunWork worker = worker(failures, "cuda:0", "cpu");
        failures.look();
        assertThat(worker.device("cuda:0")).isEmpty();

        jdbc.sql("DELETE FROM device_failure WHERE host = :host AND device = 'cuda:0'")
                .param("host", HERE.host())
                .update();
        failures.look();
        assertThat(worker.device("cuda:0")).contains("cuda:0");
    }

    @Test
    void leavesADeviceOutForTheWholeTimeAfterItsLastFailure() {
        failTwice("cuda:0");
        DeviceFailures failures = failures();
        RunWork worker = worker(failures, "cuda:0", "cpu");
        jdbc.sql("UPDATE device_failure SET failed_at = failed_at - interval '20 hours' WHERE id % 2 = 0")
                .update();
        jdbc.sql("UPDATE device_failure SET failed_at = failed_at - interval '23 hours'")
                .update();
        failures.look();
        assertThat(worker.device("cuda:0")).isEmpty();

        jdbc.sql("UPDATE device_failure SET failed_at = failed_at - interval '2 hours'")
                .update();
        failures.look();
        assertThat(worker.device("cuda:0")).contains("cuda:0");
    }

    @Test
    void keepsNoListWhereTheTimeIsZero() {
        DeviceFailures off = failures(heartbeats, withTime(Duration.ZERO), "");
        fail(off, "cuda:0", LAUNCH);
        assertThat(rows()).isZero();
        failTwice("cuda:0");
        off.look();
        assertThat(off.has("cuda:0")).isFalse();
    }

    @Test
    void refusesATimeThatFailuresAreNotKeptFor() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> withTime(Duration.ofDays(31)))
                .withMessageContaining("winnow.jobs.bad-device-time");
    }

    private JobSettings withTime(Duration time) {
        return new JobSettings(
                settings.mostAttempts(),
                settings.retryDelay(),
                settings.sweepInterval(),
                settings.ageing(),
                settings.mostQueued(),
                settings.mostQueuedPerCaller(),
                settings.hungAfter(),
                time,
                settings.largestJob());
    }

    @Test
    void exitsThoughTheDatabaseIsAway() {
        HeartbeatPool away = mock(HeartbeatPool.class);
        when(away.jdbc()).thenThrow(new DataAccessResourceFailureException("the database is away"));
        fail(failures(away, settings, ""), "cuda:0", LAUNCH);
        assertThat(exits).hasValue(1);
    }

    @Test
    void exitsThoughWritingItDownBreaksOff() {
        DeviceFailures broken = mock(DeviceFailures.class);
        doThrow(new IllegalStateException("a bug")).when(broken).add(any(), any());
        assertThatIllegalStateException().isThrownBy(() -> fail(broken, "cuda:0", LAUNCH));
        assertThat(exits).hasValue(1);
    }

    @Test
    @Timeout(30)
    void exitsThoughTheDatabaseDoesNotAnswer() {
        CountDownLatch answers = new CountDownLatch(1);
        HeartbeatPool silent = mock(HeartbeatPool.class);
        when(silent.jdbc()).thenAnswer(call -> {
            answers.await();
            throw new DataAccessResourceFailureException("the database is away");
        });
        fail(failures(silent, settings, ""), "cuda:0", LAUNCH);
        assertThat(exits).as("while it still waits for the database").hasValue(1);
        answers.countDown();
    }

    @Test
    void goesOnWithWhatItKnowsWhileTheDatabaseIsAway() {
        failTwice("cuda:0");
        HeartbeatPool unsteady = mock(HeartbeatPool.class);
        when(unsteady.jdbc())
                .thenReturn(heartbeats.jdbc())
                .thenThrow(new DataAccessResourceFailureException("the database is away"));
        DeviceFailures failures = failures(unsteady, settings, "");
        failures.look();
        failures.look();
        assertThat(failures.has("cuda:0")).isTrue();
    }

    @Test
    void warnsThatItCannotAskWhenItStartsAndNotWithEachHeartbeat(CapturedOutput output) {
        HeartbeatPool away = mock(HeartbeatPool.class);
        when(away.jdbc()).thenThrow(new DataAccessResourceFailureException("no bad devices today"));
        DeviceFailures failures = failures(away, settings, "");
        failures.look();
        assertThat(output).doesNotContain("no bad devices today");
        failures.lookFirst();
        assertThat(output).containsPattern("WARN.*cannot be asked for bad devices.*no bad devices today");
    }

    @ParameterizedTest
    @ValueSource(strings = {"worker", "localhost", "LOCALHOST", "localhost.localdomain"})
    void keepsNoListForAMachineThatIsToldFromNoOther(String name) {
        Worker nameless = new Worker(name);
        assertThat(nameless.id()).startsWith(name + "-");
        assertThat(nameless.host()).isEmpty();
        HeartbeatPool untouched = mock(HeartbeatPool.class);
        DeviceFailures failures = failures(untouched, nameless, settings, "", "");
        fail(failures, "cuda:0", LAUNCH);
        failures.lookFirst();
        verifyNoInteractions(untouched);
        assertThat(exits).as("it exits all the same").hasValue(1);
    }

    @Test
    void refusesAJobForADeviceThatNoWorkerSeesAlsoWhereTheySeeNone() {
        assertThatCode(() -> ask("cuda:0")).as("no worker is up").doesNotThrowAnyException();

        failTwice("cuda:0");
        registryWith("cuda:0").beat();
        assertThatThrownBy(() -> ask("cuda:0"))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("device: is seen by no worker; they see none");
        assertThatCode(() -> ask("auto")).doesNotThrowAnyException();

        jdbc.sql("UPDATE worker SET heartbeat_at = heartbeat_at - interval '1 hour'")
                .update();
        assertThatCode(() -> ask("cuda:0")).as("it is silent").doesNotThrowAnyException();
    }

    private void ask(String device) {
        Collector violations = new Collector();
        subjects.find("tiny", "small", device, violations);
        violations.throwIfAny();
    }

    @Test
    void keepsTheFirstLineOfWhatTheEngineSaidAndForAWhileOnly() {
        fail("cuda:0", LAUNCH + " " + "x".repeat(1_000) + "\nCompile with TORCH_USE_CUDA_DSA");
        assertThat(jdbc.sql("SELECT message FROM device_failure")
                        .query(String.class)
                        .single())
                .startsWith(LAUNCH)
                .hasSize(300);
        jdbc.sql("UPDATE device_failure SET failed_at = failed_at - interval '91 days'")
                .update();
        fail("cuda:0", LAUNCH);
        assertThat(rows()).isEqualTo(1);
    }

    private void failTwice(String device) {
        fail(device, LAUNCH);
        fail(device, LAUNCH);
    }

    private long rows() {
        return jdbc.sql("SELECT count(*) FROM device_failure").query(Long.class).single();
    }
}
