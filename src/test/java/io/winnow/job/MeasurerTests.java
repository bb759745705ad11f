package io.winnow.job;

import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.ArgumentMatchers.isNull;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.inOrder;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.timeout;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import io.winnow.job.Measurements.Claimed;
import io.winnow.job.Measurements.Wanted;
import io.winnow.platform.WinnowProperties;
import io.winnow.scoring.PassTimer;
import io.winnow.surrogate.ComputeDevice;
import io.winnow.surrogate.SampleShape;
import io.winnow.surrogate.SurrogateEngine;
import io.winnow.surrogate.SurrogateSpec;
import io.winnow.surrogate.TrainingStoppedException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mockito.InOrder;
import org.springframework.dao.DataAccessResourceFailureException;

/** What becomes of a device that fails as a network is timed on it, and of one that leaves the list meanwhile. */
class MeasurerTests {

    private static final int SOON = 20_000;
    private static final Wanted WANTED =
            new Wanted(new SurrogateSpec("mlp", Map.of(), new SampleShape(1, 2, 2), 2), JobRequest.ANY_DEVICE, 8, 0);
    private static final Claimed CLAIMED = new Claimed("key", WANTED);
    private static final IllegalStateException LOST =
            new IllegalStateException("CUDA error: unspecified launch failure");

    private final Measurements measurements = mock(Measurements.class);
    private final PassTimer timer = mock(PassTimer.class);
    private final SurrogateEngine engine = mock(SurrogateEngine.class);
    private final ProcessEnd processEnd = mock(ProcessEnd.class);
    private final Measurer measurer = new Measurer(
            measurements,
            timer,
            engine,
            new Worker(),
            processEnd,
            new WinnowProperties(
                    Path.of("unused"), WinnowProperties.Role.WORKER, null, new WinnowProperties.Data(List.of())),
            true);

    @BeforeEach
    void wantOne() {
        when(engine.devices())
                .thenReturn(
                        List.of(new ComputeDevice("cuda:0", "a GPU", 1), new ComputeDevice("cpu", "a processor", 1)))
                .thenReturn(List.of());
        when(measurements.claim(eq(List.of("cuda:0", "cpu", JobRequest.ANY_DEVICE)), anyString()))
                .thenReturn(Optional.of(CLAIMED))
                .thenReturn(Optional.empty());
    }

    @AfterEach
    void stop() {
        measurer.stop();
    }

    @Test
    void timesOnTheBestDeviceOfTheListThatItClaimedBy() {
        measurer.start();
        verify(measurements, timeout(SOON)).keep(eq(CLAIMED), any(), isNull(), anyString());
        verify(timer).time(WANTED.spec(), "cuda:0", 8, 0);
    }

    @Test
    void givesBackWhatItIsToldToStopAt() {
        when(timer.time(any(), anyString(), anyInt(), anyInt())).thenThrow(new TrainingStoppedException());
        measurer.start();
        verify(timer, timeout(SOON)).time(any(), anyString(), anyInt(), anyInt());
        measurer.stop();
        verify(measurements).giveBack(anyString());
        verify(measurements, never()).keep(any(), any(), any(), any());
    }

    @Test
    void keepsThatItFailedAndEndsTheProcessWhoseDeviceIsLost() {
        when(timer.time(any(), anyString(), anyInt(), anyInt())).thenThrow(LOST);
        measurer.start();
        verify(processEnd, timeout(SOON)).ifDeviceIsLost(WANTED, "cuda:0", LOST);
        InOrder order = inOrder(measurements, processEnd);
        order.verify(measurements).keep(eq(CLAIMED), isNull(), anyString(), anyString());
        order.verify(processEnd).ifDeviceIsLost(WANTED, "cuda:0", LOST);
    }

    @Test
    void endsTheProcessThoughTheDatabaseIsAway() {
        when(timer.time(any(), anyString(), anyInt(), anyInt())).thenThrow(LOST);
        doThrow(new DataAccessResourceFailureException("the database is away"))
                .when(measurements)
                .keep(any(), any(), any(), any());
        measurer.start();
        verify(processEnd, timeout(SOON)).ifDeviceIsLost(WANTED, "cuda:0", LOST);
    }
}
