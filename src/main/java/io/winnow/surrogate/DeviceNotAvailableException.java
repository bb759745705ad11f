package io.winnow.surrogate;

/** A job asked for a device that this process does not see. */
public class DeviceNotAvailableException extends RuntimeException {

    private final String device;

    public DeviceNotAvailableException(String device, String seen) {
        super("device '%s' is not available here; this process sees: %s".formatted(device, seen));
        this.device = device;
    }

    public String device() {
        return device;
    }
}
