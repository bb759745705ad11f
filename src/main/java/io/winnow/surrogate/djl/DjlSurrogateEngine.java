package io.winnow.surrogate.djl;

import ai.djl.Device;
import ai.djl.util.cuda.CudaUtils;
import com.sun.management.OperatingSystemMXBean;
import io.winnow.surrogate.ComputeDevice;
import io.winnow.surrogate.DeviceNotAvailableException;
import io.winnow.surrogate.Surrogate;
import io.winnow.surrogate.SurrogateEngine;
import io.winnow.surrogate.SurrogateSpec;
import io.winnow.surrogate.UnusableModelException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Surrogates on DJL's PyTorch engine. The native libraries load when the first device is asked for, not before. */
public final class DjlSurrogateEngine implements SurrogateEngine {

    static final String CPU = "cpu";
    static final String GPU = "cuda:";

    private static final long MAX_EXTRA_MEMORY = 1L << 30;

    private final int threads;
    private final long maxExtraMemory;
    private final @Nullable ScriptedModels scripted;

    /** @param threads that one operation runs on; 0 for as many as there are cores. The first engine of a process decides. */
    public DjlSurrogateEngine(int threads) {
        this(threads, MAX_EXTRA_MEMORY);
    }

    /**
     * @param threads that one operation runs on; 0 for as many as there are cores. The first engine of a process decides.
     * @param maxExtraMemory bytes that a pass of gradients may take beyond the network's own
     */
    public DjlSurrogateEngine(int threads, long maxExtraMemory) {
        this(threads, maxExtraMemory, null);
    }

    /** @param scripted loads uploaded modules, or null where none are */
    DjlSurrogateEngine(int threads, long maxExtraMemory, @Nullable ScriptedModels scripted) {
        this.threads = threads;
        this.maxExtraMemory = maxExtraMemory;
        this.scripted = scripted;
    }

    @Override
    public List<ComputeDevice> devices() {
        NativeEngine.start(threads);
        List<ComputeDevice> devices = new ArrayList<>();
        for (int i = 0; i < NativeEngine.gpuCount(); i++) {
            Device gpu = Device.gpu(i);
            devices.add(new ComputeDevice(
                    GPU + i,
                    "GPU of compute capability " + CudaUtils.getComputeCapability(i),
                    CudaUtils.getGpuMemory(gpu).getMax()));
        }
        int cores = Runtime.getRuntime().availableProcessors();
        devices.add(new ComputeDevice(
                CPU, "%s, %d cores".formatted(System.getProperty("os.arch"), cores), physicalMemory()));
        return devices;
    }

    @Override
    public Surrogate initialise(SurrogateSpec spec, String device, long seed) {
        Device found = device(device);
        if (spec.architecture().equals(ScriptedModels.ARCHITECTURE)) {
            if (scripted == null) {
                throw new UnusableModelException(
                        "this worker runs no uploaded models: winnow.models.torchscript.enabled is false here");
            }
            return scripted.load(spec, found, threads, seed);
        }
        return NativeEngine.exclusively(() -> new DjlSurrogate(spec, found, seed, maxExtraMemory));
    }

    private Device device(String name) {
        List<ComputeDevice> seen = devices();
        if (seen.stream().noneMatch(device -> device.name().equals(name))) {
            throw new DeviceNotAvailableException(
                    name, seen.stream().map(ComputeDevice::name).collect(Collectors.joining(", ")));
        }
        return name.equals(CPU) ? Device.cpu() : Device.gpu(Integer.parseInt(name.substring(GPU.length())));
    }

    static long physicalMemory() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
                ? system.getTotalMemorySize()
                : Runtime.getRuntime().maxMemory();
    }
}
