package io.winnow.surrogate;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The engine's own words, as PyTorch has them, for what a process can go on after and what it cannot. */
class DeviceFailureTests {

    private static RuntimeException failed(String message) {
        return new IllegalStateException("a pass broke off", new RuntimeException(message));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CUDA error: device-side assert triggered",
                "CUDA error: an illegal memory access was encountered",
                "CUDA error: unspecified launch failure",
                "CUDA error: uncorrectable ECC error encountered",
                "CUDA driver error: device kernel image is invalid",
                "cuDNN error: CUDNN_STATUS_EXECUTION_FAILED",
                "CUDA error: CUBLAS_STATUS_EXECUTION_FAILED when calling `cublasSgemm(...)`"
            })
    void tellsADeviceThatFailed(String message) {
        assertThat(DeviceFailure.isReasonOf(failed(message))).isTrue();
        assertThat(MemoryExhaustedException.isReasonOf(failed(message))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CUDA out of memory. Tried to allocate 20.00 MiB (GPU 0; 139.00 GiB total capacity)",
                "CUDA error: out of memory",
                "CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`",
                "[enforce fail at alloc_cpu.cpp:119] . DefaultCPUAllocator: can't allocate memory: you tried to allocate 65536 bytes",
                "Unable to allocate 44678928 bytes",
                "Cannot reserve 44678928 bytes of direct buffer memory (allocated: 280000000, limit: 314572800)"
            })
    void tellsWantOfMemoryFromIt(String message) {
        assertThat(DeviceFailure.isReasonOf(failed(message))).isFalse();
        assertThat(MemoryExhaustedException.isReasonOf(failed(message))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"mat1 and mat2 shapes cannot be multiplied (64x128 and 64x10)", "an index is out of range"})
    void takesNoOtherFailureForEither(String message) {
        assertThat(DeviceFailure.isReasonOf(failed(message))).isFalse();
        assertThat(MemoryExhaustedException.isReasonOf(failed(message))).isFalse();
    }
}
