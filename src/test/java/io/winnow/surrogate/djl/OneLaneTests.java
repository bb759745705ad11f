package io.winnow.surrogate.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.Mockito.mock;

import io.winnow.surrogate.ComputeDevice;
import io.winnow.surrogate.DeviceNotAvailableException;
import io.winnow.surrogate.SampleShape;
import io.winnow.surrogate.Surrogate;
import io.winnow.surrogate.SurrogateEngine;
import io.winnow.surrogate.SurrogateSpec;
import io.winnow.surrogate.djl.OneLane.Lane;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OneLaneTests {

    private static final SurrogateSpec SPEC = new SurrogateSpec("mlp", Map.of(), new SampleShape(1, 2, 2), 2);

    /** A machine with two GPUs, as nobody needs one to look at. */
    private static final class TwoGpus implements SurrogateEngine {

        private final List<String> used = new ArrayList<>();

        @Override
        public List<ComputeDevice> devices() {
            return List.of(
                    new ComputeDevice("cuda:0", "a GPU", 1L << 36),
                    new ComputeDevice("cuda:1", "another", 1L << 36),
                    new ComputeDevice("cpu", "a processor", 1L << 33));
        }

        @Override
        public Surrogate initialise(SurrogateSpec spec, String device, long seed) {
            used.add(device);
            return mock(Surrogate.class);
        }
    }

    private final TwoGpus machine = new TwoGpus();

    @ParameterizedTest
    @CsvSource({"ANY, 'cuda:0,cuda:1,cpu'", "GPU, 'cuda:0,cuda:1'", "CPU, cpu"})
    void showsTheDevicesOfItsKindTheBestFirst(Lane lane, String devices) {
        assertThat(new OneLane(machine, lane).devices())
                .extracting(ComputeDevice::name)
                .containsExactly(devices.split(","));
    }

    @ParameterizedTest
    @CsvSource({"GPU, cpu", "CPU, cuda:0", "GPU, cuda:2", "ANY, cuda:2"})
    void neverReplacesADeviceThatItDoesNotHave(Lane lane, String device) {
        assertThatExceptionOfType(DeviceNotAvailableException.class)
                .isThrownBy(() -> new OneLane(machine, lane).initialise(SPEC, device, 1))
                .withMessageContaining(device);
        assertThat(machine.used).isEmpty();
    }

    @Test
    void usesTheVeryDeviceThatIsAskedFor() {
        new OneLane(machine, Lane.GPU).initialise(SPEC, "cuda:1", 1).close();
        new OneLane(machine, Lane.CPU).initialise(SPEC, "cpu", 1).close();
        assertThat(machine.used).containsExactly("cuda:1", "cpu");
    }

    @Test
    void hasNothingWhereThereIsNoDeviceOfItsKind() {
        SurrogateEngine cpuOnly = new OneLane(machine, Lane.CPU);
        assertThat(new OneLane(cpuOnly, Lane.GPU).devices()).isEmpty();
    }
}
