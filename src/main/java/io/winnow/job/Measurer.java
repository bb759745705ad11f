package io.winnow.job;

import io.winnow.job.Measurements.Claimed;
import io.winnow.job.Measurements.Wanted;
import io.winnow.platform.WinnowProperties;
import io.winnow.scoring.PassTimer;
import io.winnow.scoring.PassTimer.Timing;
import io.winnow.surrogate.ComputeDevice;
import io.winnow.surrogate.SurrogateEngine;
import io.winnow.surrogate.TrainingStoppedException;
import io.winnow.surrogate.UnusableModelException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Lazy;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

/** Times what is wanted, on a worker, one after the other; a run at work goes first, for the engine takes turns. */
@Component
class Measurer implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(Measurer.class);

    private final Measurements measurements;
    private final PassTimer timer;
    private final SurrogateEngine engine;
    private final Worker worker;
    private final ProcessEnd processEnd;
    private final boolean works;
    private volatile ScheduledExecutorService thread;

    Measurer(
            Measurements measurements,
            PassTimer timer,
            @Lazy SurrogateEngine engine,
            Worker worker,
            ProcessEnd processEnd,
            WinnowProperties properties,
            @Value("${winnow.jobs.estimates:true}") boolean wanted) {
        this.measurements = measurements;
        this.timer = timer;
        this.engine = engine;
        this.worker = worker;
        this.processEnd = processEnd;
        this.works = properties.role().works() && wanted;
    }

    @Override
    public void start() {
        thread = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread made = new Thread(task, "estimates");
            made.setDaemon(true);
            return made;
        });
        if (works) {
            thread.scheduleWithFixedDelay(this::measureAll, 1, 1, TimeUnit.SECONDS);
        }
    }

    private void measureAll() {
        try {
            List<String> devices = new ArrayList<>(
                    engine.devices().stream().map(ComputeDevice::name).toList());
            if (devices.isEmpty()) {
                return;
            }
            String best = devices.get(0);
            devices.add(JobRequest.ANY_DEVICE);
            while (measurements
                    .claim(devices, worker.id())
                    .map(claimed -> measure(claimed, best))
                    .orElse(false)) {
                log.debug("one more was timed");
            }
        } catch (DataAccessException e) {
            log.debug("nothing is timed while the database is away", e);
        } catch (RuntimeException | LinkageError e) {
            log.warn("timing a network failed", e);
        }
    }

    /** @return whether to go on */
    private boolean measure(Claimed claimed, String best) {
        Wanted wanted = claimed.wanted();
        String device = wanted.device().equals(JobRequest.ANY_DEVICE) ? best : wanted.device();
        try {
            Timing timing = timer.time(wanted.spec(), device, wanted.batchSize(), wanted.kernelSamples());
            measurements.keep(claimed, timing, null, worker.id());
        } catch (TrainingStoppedException e) {
            // This process is going down.
            return false;
        } catch (UnusableModelException e) {
            measurements.keep(claimed, null, e.getMessage(), worker.id());
        } catch (DataAccessException e) {
            throw e;
        } catch (RuntimeException | OutOfMemoryError e) {
            log.warn("timing {} failed", wanted.spec().architecture(), e);
            try {
                measurements.keep(claimed, null, "timing a batch failed; the worker's log says more", worker.id());
            } finally {
                processEnd.ifDeviceIsLost(wanted, device, e);
            }
        }
        return true;
    }

    @Override
    public void stop() {
        if (thread != null) {
            thread.shutdownNow();
            try {
                measurements.giveBack(worker.id());
            } catch (DataAccessException e) {
                log.debug("what is being timed is left to others, later", e);
            }
        }
    }

    @Override
    public boolean isRunning() {
        return thread != null && !thread.isShutdown();
    }
}
