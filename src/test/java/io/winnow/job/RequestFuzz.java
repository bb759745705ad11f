package io.winnow.job;

import io.winnow.platform.InvalidRequestException;
import io.winnow.surrogate.SampleShape;
import io.winnow.testing.FuzzTarget;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

/** Bodies of requests for jobs. */
public final class RequestFuzz {

    private RequestFuzz() {}

    /** A request that is read must make a training. */
    public static final class JobBody implements FuzzTarget {

        @Override
        public void read(byte[] input) {
            InvalidRequestException.Collector violations = new InvalidRequestException.Collector();
            JobRequest request = JobRequestReader.read(input, violations);
            violations.throwIfAny();
            request.trainingSpec(new SampleShape(3, 32, 32));
            request.methodOptions();
        }

        @Override
        public List<byte[]> seeds() {
            return Stream.of("{\"dataset\": \"d\", \"model\": \"m\"}", """
                            {"dataset": "d", "model": "m", "methods": ["grand", "moso"], "runs": 3, "epochs": 20,
                             "scoreAt": [20, 0, 10], "seed": -7,
                             "training": {"optimizer": "sgd", "batchSize": 32, "learningRate": 0.5, "momentum": 0,
                                          "weightDecay": 0, "schedule": {"type": "step", "milestones": [10, 15],
                                          "gamma": 0.2, "warmupEpochs": 1.5}, "augmentation": "none"},
                             "options": {"neverLearned": "zero", "stages": 5, "chunks": 2, "scope": "last-layer",
                                         "window": 4},
                             "labelNoise": {"kind": "asymmetric", "fraction": 0.1, "classes": {"a": "b"}},
                             "device": "cuda:1", "priority": 5}""")
                    .map(text -> text.getBytes(StandardCharsets.UTF_8))
                    .toList();
        }
    }
}
