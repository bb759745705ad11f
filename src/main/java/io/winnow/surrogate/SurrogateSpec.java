package io.winnow.surrogate;

import java.util.Map;

/**
 * Which network to build.
 *
 * @param architecture a name of the architecture catalogue, such as {@code small-cnn}
 * @param options the architecture's options, complete and checked
 * @param input shape of one sample
 * @param classes number of classes, at least 2
 */
public record SurrogateSpec(String architecture, Map<String, Object> options, SampleShape input, int classes) {

    public SurrogateSpec {
        options = Map.copyOf(options);
    }
}
