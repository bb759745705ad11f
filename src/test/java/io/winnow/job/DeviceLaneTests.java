package io.winnow.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import io.winnow.dataset.Datasets;
import io.winnow.scoring.MethodRegistry;
import io.winnow.scoring.RunScorer;
import io.winnow.surrogate.ComputeDevice;
import io.winnow.surrogate.SurrogateEngine;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Which jobs a worker takes, by the devices that its engine shows. */
class DeviceLaneTests {

    private static RunWork workerWith(String... devices) {
        SurrogateEngine engine = mock(SurrogateEngine.class);
        List<ComputeDevice> shown =
                Stream.of(devices).map(name -> new ComputeDevice(name, name, 1)).toList();
        when(engine.devices()).thenReturn(shown);
        return new RunWork(
                mock(Datasets.class),
                mock(MethodRegistry.class),
                mock(RunScorer.class),
                engine,
                mock(ShardSpread.class),
                mock(Insistence.class));
    }

    @Test
    void aWorkerWithAGpuTakesJobsForItAndForAnyDeviceOnIt() {
        RunWork worker = workerWith("cuda:0", "cpu");
        assertThat(worker.canUse("cuda:0")).isTrue();
        assertThat(worker.canUse("cpu")).isTrue();
        assertThat(worker.deviceKind("auto")).contains("cuda");
        assertThat(worker.canUse("cuda:1")).isFalse();
    }

    @Test
    void lanesLeaveEachOthersJobsAlone() {
        RunWork gpu = workerWith("cuda:0", "cuda:1");
        RunWork cpu = workerWith("cpu");
        assertThat(gpu.canUse("cpu")).isFalse();
        assertThat(gpu.deviceKind("cuda:1")).contains("cuda");
        assertThat(cpu.canUse("cuda:0")).isFalse();
        assertThat(cpu.deviceKind("cuda:0")).isEmpty();
        assertThat(cpu.deviceKind("auto")).contains("cpu");
    }

    @Test
    void aWorkerWithoutAnyDeviceTakesNothing() {
        assertThat(workerWith().canUse("auto")).isFalse();
        assertThat(workerWith().deviceKind("auto")).isEmpty();
    }
}
