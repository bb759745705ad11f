package io.winnow.surrogate;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Settings of uploaded TorchScript modules. They are code that others wrote: nothing of it is taken or run unless an operator
 * says so.
 *
 * @param enabled whether modules may be uploaded, and run by this worker
 * @param maxFile the largest file, and the most that its parts may have together once unpacked
 * @param maxMemory what a module's process may take beyond its own programme, weights included; not held on a GPU
 * @param batchTimeout how long a module may take over one batch before its process is ended
 * @param requireConfinement whether a process that this machine cannot confine refuses to run a module
 */
@ConfigurationProperties("winnow.models.torchscript")
public record TorchScriptProperties(
        @DefaultValue("false") boolean enabled,
        @DefaultValue("512MB") DataSize maxFile,
        @DefaultValue("8GB") DataSize maxMemory,
        @DefaultValue("5m") Duration batchTimeout,
        @DefaultValue("true") boolean requireConfinement) {

    /** The method of a kept copy that gives the tensors that are not trained. */
    public static final String BUFFERS = "winnow_buffers";

    public TorchScriptProperties {
        if (maxFile.toBytes() <= 0 || maxMemory.toBytes() <= 0 || batchTimeout.isZero() || batchTimeout.isNegative()) {
            throw new IllegalArgumentException(
                    "winnow.models.torchscript.max-file, max-memory and batch-timeout must be positive");
        }
    }
}
