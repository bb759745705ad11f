package io.winnow.surrogate.djl;

import ai.djl.Device;
import ai.djl.util.cuda.CudaUtils;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Memory of the devices: of GPUs what all processes take, as the driver tells, and of the CPU what this process takes, heap and
 * tensors alike. GPUs come once the engine is loaded, which is not done for their meters' sake.
 */
@Component
class DeviceMetrics implements MeterBinder {

    private static final String USED = "winnow.device.memory.used";
    private static final String MAX = "winnow.device.memory.max";
    private static final Path STATUS = Path.of("/proc/self/status");

    private final MeterRegistry registry;
    private final AtomicBoolean found = new AtomicBoolean();

    DeviceMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        if (Files.isReadable(STATUS)) {
            gauge(USED, "Memory of the device that is taken", DjlSurrogateEngine.CPU, DeviceMetrics::resident);
        }
        gauge(MAX, "Memory that the device has", DjlSurrogateEngine.CPU, DjlSurrogateEngine::physicalMemory);
    }

    @Scheduled(fixedDelay = 10_000)
    void look() {
        if (!NativeEngine.isStarted() || found.getAndSet(true)) {
            return;
        }
        for (int i = 0; i < NativeEngine.gpuCount(); i++) {
            Device gpu = Device.gpu(i);
            String name = DjlSurrogateEngine.GPU + i;
            gauge(
                    USED,
                    "Memory of the device that is taken",
                    name,
                    () -> CudaUtils.getGpuMemory(gpu).getCommitted());
            gauge(
                    MAX,
                    "Memory that the device has",
                    name,
                    () -> CudaUtils.getGpuMemory(gpu).getMax());
        }
    }

    private void gauge(String meter, String description, String device, Supplier<Number> bytes) {
        Gauge.builder(meter, bytes)
                .description(description)
                .baseUnit("bytes")
                .tag("device", device)
                .strongReference(true)
                .register(registry);
    }

    /** What of this process is in physical memory; NaN when the system does not say. */
    private static double resident() {
        try {
            for (String line : Files.readAllLines(STATUS)) {
                if (line.startsWith("VmRSS:")) {
                    return Double.parseDouble(line.replaceAll("[^0-9]", "")) * 1024;
                }
            }
        } catch (IOException e) {
            return Double.NaN;
        }
        return Double.NaN;
    }
}
