package io.winnow.platform;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.springframework.stereotype.Component;

/**
 * Half of the heap, for requests that take so much of it that many at a time would exhaust it, and with it the process. Who finds no
 * room waits for as long as for a connection, and is then turned away.
 */
@Component
public class HeapShare {

    private static final long LONGEST_WAIT_MILLIS = 1500;
    private static final Duration WORTH_ANOTHER_TRY = Duration.ofSeconds(2);
    private static final int UNIT = 1 << 20;

    private final int all;
    private final Semaphore free;

    public HeapShare() {
        this(Runtime.getRuntime().maxMemory() / 2);
    }

    HeapShare(long bytes) {
        this.all = units(bytes);
        this.free = new Semaphore(all, true);
    }

    /**
     * Does work that takes heap for each of a number of samples, when there is room for it.
     *
     * @param doing what is done with them, such as “comparing”
     * @throws UnprocessableException when it needs more than the whole heap
     * @throws TooManyRequestsException when there is no room for too long
     */
    public <T> T over(int samples, long bytesEach, String doing, Supplier<T> work) {
        long bytes = samples * bytesEach;
        if (bytes > Runtime.getRuntime().maxMemory()) {
            throw new UnprocessableException(
                    "%s %d samples needs more heap than this service has".formatted(doing, samples));
        }
        return with(bytes, work);
    }

    /**
     * Does the work when there is room for it; what needs more than all of the share is done while nothing else is.
     *
     * @throws TooManyRequestsException when there is none for too long
     */
    <T> T with(long bytes, Supplier<T> work) {
        int units = Math.min(all, units(bytes));
        try {
            if (!free.tryAcquire(units, LONGEST_WAIT_MILLIS, TimeUnit.MILLISECONDS)) {
                throw new TooManyRequestsException(
                        "requests that need much memory are at work, and there is none left for another",
                        WORTH_ANOTHER_TRY);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TooManyRequestsException("the service is going down", WORTH_ANOTHER_TRY);
        }
        try {
            return work.get();
        } finally {
            free.release(units);
        }
    }

    private static int units(long bytes) {
        return (int) Math.max(1, Math.min(Integer.MAX_VALUE, bytes / UNIT + 1));
    }
}
