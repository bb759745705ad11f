package io.winnow.bench;

import io.winnow.surrogate.SampleShape;
import io.winnow.surrogate.Samples;
import io.winnow.surrogate.StopSignal;
import io.winnow.surrogate.Surrogate;
import io.winnow.surrogate.SurrogateSpec;
import io.winnow.surrogate.djl.DjlSurrogateEngine;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * How long the tangent kernel of some pictures of 3×32×32 in ten classes takes. Prints a JSON line for each round: {"network",
 * "samples", "round", "seconds"}.
 *
 * <p>Usage: TangentTime NETWORK SAMPLES ROUNDS [THREADS]
 */
public final class TangentTime {

    private TangentTime() {}

    public static void main(String[] arguments) {
        String network = arguments[0];
        int[] positions = IntStream.range(0, Integer.parseInt(arguments[1])).toArray();
        int threads = arguments.length > 3 ? Integer.parseInt(arguments[3]) : 0;
        Samples samples = new Noise(new SampleShape(3, 32, 32), positions.length);
        SurrogateSpec spec = new SurrogateSpec(network, Map.of(), samples.shape(), samples.classes());
        try (Surrogate surrogate = new DjlSurrogateEngine(threads).initialise(spec, "cpu", 1)) {
            for (int round = 1; round <= Integer.parseInt(arguments[2]); round++) {
                long started = System.nanoTime();
                surrogate.tangentKernel(samples, positions, StopSignal.NEVER);
                System.out.printf(
                        "{\"network\": \"%s\", \"samples\": %d, \"round\": %d, \"seconds\": %.2f}%n",
                        network, positions.length, round, (System.nanoTime() - started) / 1e9);
            }
        }
    }
}
