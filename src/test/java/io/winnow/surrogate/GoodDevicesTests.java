package io.winnow.surrogate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GoodDevicesTests {

    private static final SurrogateSpec SPEC = new SurrogateSpec("mlp", Map.of(), new SampleShape(1, 2, 2), 2);

    private final SurrogateEngine machine = mock(SurrogateEngine.class);

    @Test
    void showsAllButBadOnesAndAlwaysTheCpu() {
        when(machine.devices())
                .thenReturn(List.of(
                        new ComputeDevice("cuda:0", "a GPU", 1),
                        new ComputeDevice("cuda:1", "another", 1),
                        new ComputeDevice("cpu", "a processor", 1)));
        assertThat(new GoodDevices(machine, device -> !device.equals("cuda:1")).devices())
                .extracting(ComputeDevice::name)
                .containsExactly("cuda:1", "cpu");
    }

    @Test
    void doesNotBreakOffWhatIsAtWorkOnADeviceThatIsFoundToBeBad() {
        Surrogate made = mock(Surrogate.class);
        when(machine.initialise(SPEC, "cuda:0", 1)).thenReturn(made);
        assertThat(new GoodDevices(machine, device -> true).initialise(SPEC, "cuda:0", 1))
                .isSameAs(made);
    }
}
