package io.winnow.scoring.run;

import io.winnow.scoring.ShardPass;
import io.winnow.scoring.ShardPass.Kind;
import io.winnow.surrogate.Direction;
import io.winnow.surrogate.GradientScope;
import io.winnow.surrogate.Samples;
import io.winnow.surrogate.Surrogate;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Computes shards of one pass.
 *
 * @param passes over the samples of the pass
 * @param scope of the gradients of a stage
 * @param sum of all gradients, for a stage
 */
record ShardWork(
        ShardPass pass,
        Surrogate surrogate,
        Samples samples,
        Passes passes,
        GradientScope scope,
        double @Nullable [] sum) {

    void compute(int from, int to, OutputStream out) throws IOException {
        DataOutputStream data = new DataOutputStream(out);
        int classes = samples.classes();
        switch (pass.kind()) {
            case LOGITS, EMBEDDINGS ->
                passes.forward(
                        from, to, pass.kind() == Kind.EMBEDDINGS, batch -> ShardResults.write(data, batch, classes));
            case GRADIENTS ->
                passes.gradients(from, to, GradientScope.ALL, null, batch -> ShardResults.write(data, batch, classes));
            case GRADIENT_SUMS -> passes.gradientSums(from, to, part -> ShardResults.write(data, part));
            case STAGE -> {
                double[] total = Objects.requireNonNull(sum, "a stage has the sum of all gradients");
                try (Direction mean = surrogate.meanOf(total, samples.size())) {
                    passes.gradients(from, to, scope, mean, batch -> ShardResults.write(data, batch, classes));
                }
            }
        }
        ShardResults.end(data);
    }
}
