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
        assertThat(worker.device("cuda:0")).contains("cuda:0");
        assertThat(worker.device("cpu")).contains("cpu");
        assertThat(worker.device("auto")).contains("cuda:0");
        assertThat(worker.device("cuda:1")).isEmpty();
    }

    @Test
    void lanesLeaveEachOthersJobsAlone() {
        RunWork gpu = workerWith("cuda:0", "cuda:1");
        RunWork cpu = workerWith("cpu");
        assertThat(gpu.device("cpu")).isEmpty();
        assertThat(gpu.device("cuda:1")).contains("cuda:1");
        assertThat(cpu.device("cuda:0")).isEmpty();
        assertThat(cpu.device("auto")).contains("cpu");
    }

    @Test
    void aWorkerWithoutAnyDeviceTakesNothing() {
        assertThat(workerWith().device("auto")).isEmpty();
    }
}
