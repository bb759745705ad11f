package io.winnow.scoring.run;

import io.winnow.scoring.PassCosts;
import io.winnow.scoring.PassTimer;
import io.winnow.surrogate.Augmentation;
import io.winnow.surrogate.Direction;
import io.winnow.surrogate.ForwardListener;
import io.winnow.surrogate.GradientListener;
import io.winnow.surrogate.GradientScope;
import io.winnow.surrogate.LearningRateSchedule;
import io.winnow.surrogate.ParameterInfo;
import io.winnow.surrogate.StopSignal;
import io.winnow.surrogate.Surrogate;
import io.winnow.surrogate.SurrogateEngine;
import io.winnow.surrogate.SurrogateSpec;
import io.winnow.surrogate.TrainingBatch;
import io.winnow.surrogate.TrainingListener;
import io.winnow.surrogate.TrainingPosition;
import io.winnow.surrogate.TrainingSpec;
import io.winnow.surrogate.TrainingStoppedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.IntConsumer;
import org.springframework.context.annotation.Lazy;
import org.springframework.stereotype.Component;

/** Times passes on a fresh network: the first batch of each warms up, the others count. */
@Component
final class SurrogatePassTimer implements PassTimer {

    private static final int BATCHES = 5;
    private static final int MOST_SAMPLES = 1_024;
    private static final int GRADIENT_SAMPLES = 64;
    private static final double SECONDS_A_PASS = 2;
    /** Weights, a step's copy of them, their gradient and the optimizer's velocity. */
    private static final long FLOATS_A_PARAMETER = 4;

    private final SurrogateEngine engine;

    SurrogatePassTimer(@Lazy SurrogateEngine engine) {
        this.engine = engine;
    }

    @Override
    public Timing time(SurrogateSpec spec, String device, int batchSize, int kernelSamples) {
        int size = Math.max(2, Math.min(batchSize, MOST_SAMPLES));
        MadeUpSamples samples = new MadeUpSamples(spec.input(), spec.classes(), size * BATCHES);
        // Writing a 5 there makes the peak of memory what is in use now.
        long before = forgetPeak() ? status("VmRSS") : 0;
        try (Surrogate surrogate = engine.initialise(spec, device, 0)) {
            double training = training(surrogate, samples, size);
            double forward = twice(samples.size(), count -> {
                ForwardListener reader = batch -> {};
                surrogate.forward(samples, 0, count, false, reader);
            });
            int few = Math.min(GRADIENT_SAMPLES, samples.size());
            GradientListener reader = batch -> {};
            double gradients =
                    twice(few, n -> surrogate.perSampleGradients(samples, 0, n, GradientScope.ALL, null, reader));
            double sums = twice(few, n -> surrogate.gradientSum(samples, 0, n, StopSignal.NEVER));
            double directed;
            try (Direction mean = surrogate.meanGradient(samples, 0, few, StopSignal.NEVER)) {
                directed =
                        twice(few, n -> surrogate.perSampleGradients(samples, 0, n, GradientScope.ALL, mean, reader));
            }
            long grown = before > 0 ? status("VmHWM") - before : 0;
            return new Timing(
                    new PassCosts(training, forward, gradients, sums, directed),
                    Math.max(surrogate.peakMemory().orElse(grown), weights(surrogate)),
                    device,
                    kernelSamples == 0 ? null : KernelTimer.seconds(surrogate, samples, kernelSamples));
        }
    }

    private static long weights(Surrogate surrogate) {
        return FLOATS_A_PARAMETER
                * Float.BYTES
                * surrogate.parameters().stream().mapToLong(ParameterInfo::size).sum();
    }

    /** Seconds a sample of optimizer steps, the first left out. */
    private static double training(Surrogate surrogate, MadeUpSamples samples, int batchSize) {
        TrainingSpec spec = new TrainingSpec(
                1, batchSize, 1e-6, 0.9, true, 5e-4, new LearningRateSchedule.Constant(), Augmentation.CROP_FLIP);
        StepTimes times = new StepTimes();
        try {
            surrogate.train(samples, spec, 0, TrainingPosition.START, times);
        } catch (TrainingStoppedException e) {
            if (!times.stopRequested()) {
                throw e;
            }
            // Slow enough for the batches so far.
        }
        return times.secondsASample();
    }

    private static final class StepTimes implements TrainingListener {

        private final long begun = System.nanoTime();
        private long firstDone;
        private long lastDone;
        private int firstSize;
        private int laterSamples;

        @Override
        public void afterBatch(TrainingBatch batch) {
            lastDone = System.nanoTime();
            if (firstDone == 0) {
                firstDone = lastDone;
                firstSize = batch.size();
            } else {
                laterSamples += batch.size();
            }
        }

        @Override
        public boolean stopRequested() {
            return firstDone > 0 && (System.nanoTime() - begun) / 1e9 > 2 * SECONDS_A_PASS;
        }

        double secondsASample() {
            return laterSamples > 0
                    ? (lastDone - firstDone) / 1e9 / laterSamples
                    : (lastDone - begun) / 1e9 / Math.max(1, firstSize);
        }
    }

    /** Seconds a sample: of a second pass, or of the first where that took long. */
    private static double twice(int samples, IntConsumer pass) {
        long begun = System.nanoTime();
        pass.accept(samples);
        double first = (System.nanoTime() - begun) / 1e9;
        if (first > SECONDS_A_PASS) {
            return first / samples;
        }
        begun = System.nanoTime();
        pass.accept(samples);
        return (System.nanoTime() - begun) / 1e9 / samples;
    }

    private static boolean forgetPeak() {
        try {
            Files.write(Path.of("/proc/self/clear_refs"), new byte[] {'5'});
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Bytes of a line of {@code /proc/self/status}; 0 where there is none. */
    private static long status(String line) {
        try {
            return Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .filter(read -> read.startsWith(line + ":"))
                    .map(read -> Arrays.asList(read.split("\\s+")).get(1))
                    .mapToLong(kilobytes -> Long.parseLong(kilobytes) << 10)
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            return 0;
        }
    }
}
