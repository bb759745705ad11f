package io.winnow.bench;

import io.winnow.surrogate.SampleShape;
import io.winnow.surrogate.Samples;
import io.winnow.surrogate.Surrogate;
import io.winnow.surrogate.SurrogateSpec;
import io.winnow.surrogate.djl.DjlSurrogateEngine;
import java.io.IOException;
import java.util.Map;

/**
 * Scores the same samples over and over by EL2N, GraNd and a MoSo stage, and prints the process's resident memory as a JSON
 * line after every twentieth time.
 *
 * <p>Usage: ScoringSoak NETWORK SAMPLES PASSES [THREADS]
 */
public final class ScoringSoak {

    private static final int STEP = 20;

    private ScoringSoak() {}

    public static void main(String[] arguments) throws IOException {
        Samples samples = new Noise(new SampleShape(1, 28, 28), Integer.parseInt(arguments[1]));
        int passes = Integer.parseInt(arguments[2]);
        int threads = arguments.length > 3 ? Integer.parseInt(arguments[3]) : 0;
        SurrogateSpec spec = new SurrogateSpec(arguments[0], Map.of(), samples.shape(), samples.classes());
        try (Surrogate surrogate = new DjlSurrogateEngine(threads).initialise(spec, "cpu", 1)) {
            ScoringPasses scoring = new ScoringPasses(surrogate, samples);
            for (int pass = 1; pass <= passes; pass++) {
                scoring.el2n();
                scoring.grand();
                scoring.moso();
                if (pass == 1 || pass % STEP == 0) {
                    System.out.printf("{\"pass\": %d, \"residentKilobytes\": %d}%n", pass, Resident.kilobytes());
                }
            }
        }
        System.exit(0);
    }
}
