package io.winnow.job;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.winnow.job.RunLedger.Claim;
import io.winnow.job.ShardTable.ShardClaim;
import io.winnow.scoring.RunListener.Phase;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.springframework.stereotype.Component;

/**
 * What this process does for runs, as meters and as spans of traces. Meters name no job, since each name is kept for ever; spans
 * name job and run. Counters are there from the start: the first event is a rise from 0.
 */
@Component
class RunMetrics {

    /** Of the writes that come too late, what they were to tell. */
    enum Write {
        PROGRESS,
        RESULT,
        CHECKPOINT,
        SHARD
    }

    /** What became of a checkpoint. */
    enum Kept {
        KEPT,
        FENCED,
        FAILED
    }

    private final ObservationRegistry observations;
    private final Map<Phase, Counter> samples;
    private final Map<Write, Counter> fenced;
    private final Map<Kept, Timer> checkpoints;
    private final DistributionSummary checkpointBytes;
    private final Counter quarantines;
    private final Counter hung;
    private final Set<RunWatch> watches = ConcurrentHashMap.newKeySet();

    RunMetrics(MeterRegistry registry, ObservationRegistry observations) {
        this.observations = observations;
        this.samples = each(
                Phase.class,
                phase -> Counter.builder("winnow.samples")
                        .description(
                                "Samples that went through a step of training, or through a pass that scores or tests")
                        .baseUnit("samples")
                        .tag("phase", lower(phase))
                        .register(registry));
        this.fenced = each(
                Write.class,
                write -> Counter.builder("winnow.writes.fenced")
                        .description(
                                "Writes that were dropped because another worker had claimed the run, or its job had ended")
                        .tag("write", lower(write))
                        .register(registry));
        this.checkpoints = each(
                Kept.class,
                kept -> Timer.builder("winnow.checkpoint")
                        .description("Time to keep a checkpoint, during which the run waits")
                        .tag("outcome", lower(kept))
                        .register(registry));
        this.checkpointBytes = DistributionSummary.builder("winnow.checkpoint.size")
                .description("Size of a checkpoint on disk")
                .baseUnit("bytes")
                .register(registry);
        this.quarantines = Counter.builder("winnow.run.quarantines")
                .description("Runs that were given up because no attempt came to an end")
                .register(registry);
        this.hung = Counter.builder("winnow.run.hung")
                .description("Runs that showed no step for so long that this process ended itself")
                .register(registry);
        TimeGauge.builder("winnow.run.silence", watches, TimeUnit.SECONDS, RunMetrics::longestSilence)
                .description("Time since the run at work here showed a step; 0 when none is at work")
                .register(registry);
    }

    /** Begins an attempt at a run, for the thread that calls. */
    RunObservation begin(Claim claim, RunWatch watch) {
        watches.add(watch);
        Observation run = Observation.createNotStarted("winnow.run", observations)
                .contextualName("run")
                .highCardinalityKeyValue("winnow.attempt", Integer.toString(claim.attempt()));
        return new RunObservation(named(run, claim.run()), observations, watch, this);
    }

    /** Begins a shard of a run that another worker is at work on. */
    Observation begin(ShardClaim claim) {
        Observation shard = Observation.createNotStarted("winnow.shard", observations)
                .contextualName("shard")
                .highCardinalityKeyValue("winnow.pass", claim.key().pass());
        return named(shard, claim.key().run());
    }

    void end(RunWatch watch) {
        watches.remove(watch);
    }

    void samples(Phase phase, int count) {
        samples.get(phase).increment(count);
    }

    void fenced(Write write) {
        fenced.get(write).increment();
    }

    /** @param bytes of the file; 0 when there is none */
    void checkpoint(Kept kept, Duration time, long bytes) {
        checkpoints.get(kept).record(time);
        if (kept == Kept.KEPT) {
            checkpointBytes.record(bytes);
        }
        if (kept == Kept.FENCED) {
            fenced(Write.CHECKPOINT);
        }
    }

    void quarantined() {
        quarantines.increment();
    }

    void hung() {
        hung.increment();
    }

    private static Observation named(Observation observation, RunKey run) {
        return observation
                .highCardinalityKeyValue("winnow.job.id", run.job().toString())
                .highCardinalityKeyValue("winnow.run", Integer.toString(run.number()));
    }

    private static double longestSilence(Set<RunWatch> watches) {
        return watches.stream().mapToDouble(RunWatch::silentSeconds).max().orElse(0);
    }

    private static <K extends Enum<K>, M> Map<K, M> each(Class<K> keys, Function<K, M> meter) {
        Map<K, M> meters = new EnumMap<>(keys);
        for (K key : keys.getEnumConstants()) {
            meters.put(key, meter.apply(key));
        }
        return meters;
    }

    static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
