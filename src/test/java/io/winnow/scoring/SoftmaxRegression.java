package io.winnow.scoring;

import io.winnow.surrogate.ComputeDevice;
import io.winnow.surrogate.Direction;
import io.winnow.surrogate.EpochSummary;
import io.winnow.surrogate.ForwardBatch;
import io.winnow.surrogate.ForwardListener;
import io.winnow.surrogate.GradientBatch;
import io.winnow.surrogate.GradientListener;
import io.winnow.surrogate.GradientScope;
import io.winnow.surrogate.ParameterInfo;
import io.winnow.surrogate.Samples;
import io.winnow.surrogate.StopSignal;
import io.winnow.surrogate.Surrogate;
import io.winnow.surrogate.SurrogateEngine;
import io.winnow.surrogate.SurrogateSpec;
import io.winnow.surrogate.TangentKernel;
import io.winnow.surrogate.TrainingBatch;
import io.winnow.surrogate.TrainingListener;
import io.winnow.surrogate.TrainingPosition;
import io.winnow.surrogate.TrainingSpec;
import io.winnow.surrogate.TrainingStoppedException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * A surrogate whose every quantity has a closed form: softmax regression in float64, trained by plain SGD. Its passes keep
 * a log, so that a test can say what was asked of it and at which weights.
 */
public final class SoftmaxRegression implements SurrogateEngine {

    /** Everything that was asked of all surrogates, in order. */
    public final List<Pass> log = new ArrayList<>();

    private final int batchSize;

    /**
     * @param batchSize samples a batch of a pass
     */
    public SoftmaxRegression(int batchSize) {
        this.batchSize = batchSize;
    }

    /**
     * @param kind forward, embeddings, gradients, stage or mean
     * @param samples what it read
     * @param weights [C · (D + 1)] at that moment, the bias last in each row
     * @param step the step of the training that comes next
     */
    public record Pass(String kind, Samples samples, double[] weights, long step) {}

    @Override
    public List<ComputeDevice> devices() {
        return List.of(new ComputeDevice("cpu", "float64", 0));
    }

    @Override
    public Model initialise(SurrogateSpec spec, String device, long seed) {
        return new Model(spec, seed);
    }

    /** ∇ℓ of one sample as [C · (D + 1)], in the layout of the weights. */
    public static double[] gradient(double[] weights, Samples samples, int position) {
        double[] x = input(samples, position);
        double[] p = probabilities(logits(weights, x, samples.classes()));
        double[] gradient = new double[weights.length];
        for (int c = 0; c < p.length; c++) {
            double error = p[c] - (samples.label(position) == c ? 1 : 0);
            for (int d = 0; d < x.length; d++) {
                gradient[c * x.length + d] = error * x[d];
            }
        }
        return gradient;
    }

    /** The logits [C] of one sample. */
    public static double[] logits(double[] weights, Samples samples, int position) {
        return logits(weights, input(samples, position), samples.classes());
    }

    /** The softmax [C]. */
    public static double[] probabilities(double[] logits) {
        double sum = 0;
        double[] p = new double[logits.length];
        for (int c = 0; c < p.length; c++) {
            p[c] = Math.exp(logits[c]);
            sum += p[c];
        }
        for (int c = 0; c < p.length; c++) {
            p[c] /= sum;
        }
        return p;
    }

    /** The normalised picture with a one behind it, [D + 1]. */
    public static double[] input(Samples samples, int position) {
        ByteBuffer picture = ByteBuffer.allocate(samples.shape().size());
        samples.copyTo(position, picture);
        int pixels = samples.shape().height() * samples.shape().width();
        double[] x = new double[picture.capacity() + 1];
        for (int i = 0; i < picture.capacity(); i++) {
            int channel = i / pixels;
            x[i] = ((picture.get(i) & 0xFF) / 255.0 - samples.normalisation().mean()[channel])
                    / samples.normalisation().std()[channel];
        }
        x[picture.capacity()] = 1;
        return x;
    }

    private static double[] logits(double[] weights, double[] x, int classes) {
        double[] logits = new double[classes];
        for (int c = 0; c < classes; c++) {
            for (int d = 0; d < x.length; d++) {
                logits[c] += weights[c * x.length + d] * x[d];
            }
        }
        return logits;
    }

    /** One regression. */
    public final class Model implements Surrogate {

        private final SurrogateSpec spec;
        private final int inputs;
        /** [C · (D + 1)] */
        public final double[] w;

        private long next;

        private Model(SurrogateSpec spec, long seed) {
            this.spec = spec;
            this.inputs = spec.input().size() + 1;
            this.w = new double[spec.classes() * inputs];
            Random random = new Random(seed);
            for (int i = 0; i < w.length; i++) {
                w[i] = 0.1 * random.nextGaussian();
            }
        }

        @Override
        public void train(
                Samples samples, TrainingSpec training, long seed, TrainingPosition from, TrainingListener listener) {
            int n = samples.size();
            int right = from.correct();
            int first = from.steps() * training.batchSize();
            long step = (long) from.epoch() * training.stepsPerEpoch(n) + from.steps();
            for (int epoch = from.epoch() + 1; epoch <= training.epochs(); epoch++) {
                int[] order = shuffled(n, seed + epoch);
                for (int start = first; start < n; start += training.batchSize()) {
                    TrainingPosition at = new TrainingPosition(epoch - 1, start / training.batchSize(), 0, right);
                    int size = Math.min(training.batchSize(), n - start);
                    double rate = training.learningRateAt(step, n);
                    next = step;
                    long now = step;
                    unlessStopped(listener, at, () -> {
                        if (listener.stopRequested()) {
                            throw new TrainingStoppedException();
                        }
                        listener.beforeStep(now, rate);
                    });
                    TrainingBatch batch = step(samples, order, start, size, epoch, step++, rate);
                    right += count(batch);
                    listener.afterBatch(batch);
                }
                EpochSummary summary = new EpochSummary(epoch, n, 0, (double) right / n, 0);
                TrainingPosition end = new TrainingPosition(epoch - 1, training.stepsPerEpoch(n), 0, right);
                unlessStopped(listener, end, () -> listener.afterEpoch(summary));
                right = 0;
                first = 0;
            }
        }

        private static void unlessStopped(TrainingListener listener, TrainingPosition at, Runnable listening) {
            try {
                listening.run();
            } catch (TrainingStoppedException e) {
                listener.stoppedAt(at);
                throw e;
            }
        }

        private TrainingBatch step(
                Samples samples, int[] order, int from, int size, int epoch, long step, double rate) {
            int[] positions = new int[size];
            int[] labels = new int[size];
            float[] logits = new float[size * spec.classes()];
            double[] mean = new double[w.length];
            for (int i = 0; i < size; i++) {
                positions[i] = order[from + i];
                labels[i] = samples.label(positions[i]);
                put(logits, i, SoftmaxRegression.logits(w, samples, positions[i]));
                double[] gradient = gradient(w, samples, positions[i]);
                for (int j = 0; j < mean.length; j++) {
                    mean[j] += gradient[j] / size;
                }
            }
            for (int j = 0; j < mean.length; j++) {
                w[j] -= rate * mean[j];
            }
            return new TrainingBatch(epoch, step, size, positions, labels, logits, 0, rate);
        }

        private int count(TrainingBatch batch) {
            int right = 0;
            for (int i = 0; i < batch.size(); i++) {
                int top = 0;
                for (int c = 1; c < spec.classes(); c++) {
                    int row = i * spec.classes();
                    top = batch.logits()[row + c] > batch.logits()[row + top] ? c : top;
                }
                right += top == batch.labels()[i] ? 1 : 0;
            }
            return right;
        }

        @Override
        public void forward(Samples samples, int from, int to, boolean embeddings, ForwardListener listener) {
            log.add(new Pass(embeddings ? "embeddings" : "forward", samples, w.clone(), next));
            for (int first = from; first < to; first += batchSize) {
                stopIf(listener);
                int size = Math.min(batchSize, to - first);
                float[] logits = new float[size * spec.classes()];
                float[] inputsOf = new float[size * (inputs - 1)];
                int[] labels = new int[size];
                for (int i = 0; i < size; i++) {
                    double[] x = input(samples, first + i);
                    put(logits, i, SoftmaxRegression.logits(w, x, spec.classes()));
                    for (int d = 0; d < inputs - 1; d++) {
                        inputsOf[i * (inputs - 1) + d] = (float) x[d];
                    }
                    labels[i] = samples.label(first + i);
                }
                listener.batch(new ForwardBatch(
                        first, size, logits, labels, embeddings ? inputsOf : null, embeddings ? inputs - 1 : 0));
            }
        }

        @Override
        public TangentKernel tangentKernel(Samples samples, int[] positions, StopSignal stop) {
            int classes = spec.classes();
            int side = TangentKernel.sideOf(positions.length, classes);
            double[] values = new double[side * side];
            for (int i = 0; i < positions.length; i++) {
                for (int j = 0; j < positions.length; j++) {
                    double product = dot(input(samples, positions[i]), input(samples, positions[j]));
                    for (int k = 0; k < classes; k++) {
                        values[(i * classes + k) * side + j * classes + k] = product;
                    }
                }
            }
            return new TangentKernel(positions.length, classes, values);
        }

        /** It has none. */
        @Override
        public void estimateStatistics(Samples samples, int batchSize, int batches, long seed, StopSignal stop) {}

        @Override
        public void perSampleGradients(
                Samples samples,
                int from,
                int to,
                GradientScope scope,
                @Nullable Direction direction,
                GradientListener listener) {
            log.add(new Pass(direction == null ? "gradients" : "stage", samples, w.clone(), next));
            for (int first = from; first < to; first += batchSize) {
                stopIf(listener);
                int size = Math.min(batchSize, to - first);
                float[] logits = new float[size * spec.classes()];
                float[] squares = new float[size];
                float[] dots = direction == null ? null : new float[size];
                int[] labels = new int[size];
                for (int i = 0; i < size; i++) {
                    double[] gradient = gradient(w, samples, first + i);
                    put(logits, i, SoftmaxRegression.logits(w, samples, first + i));
                    labels[i] = samples.label(first + i);
                    squares[i] = (float) dot(gradient, gradient);
                    if (dots != null) {
                        dots[i] = (float) dot(gradient, ((Mean) direction).gradient);
                    }
                }
                listener.batch(new GradientBatch(first, size, squares, dots, logits, labels));
            }
        }

        @Override
        public double[] gradientSum(Samples samples, int from, int to, StopSignal stop) {
            log.add(new Pass("mean", samples, w.clone(), next));
            double[] sum = new double[w.length];
            for (int i = from; i < to; i++) {
                double[] gradient = gradient(w, samples, i);
                for (int j = 0; j < sum.length; j++) {
                    sum[j] += gradient[j];
                }
            }
            return sum;
        }

        @Override
        public Direction meanOf(double[] gradientSum, int samples) {
            double[] mean = gradientSum.clone();
            for (int j = 0; j < mean.length; j++) {
                mean[j] /= samples;
            }
            return new Mean(mean);
        }

        private void put(float[] target, int row, double[] logits) {
            for (int c = 0; c < logits.length; c++) {
                target[row * logits.length + c] = (float) logits[c];
            }
        }

        private void stopIf(StopSignal signal) {
            if (signal.stopRequested()) {
                throw new TrainingStoppedException();
            }
        }

        @Override
        public SurrogateSpec spec() {
            return spec;
        }

        @Override
        public List<ParameterInfo> parameters() {
            return List.of(
                    new ParameterInfo("linear.weight", List.of((long) spec.classes(), inputs - 1L)),
                    new ParameterInfo("linear.bias", List.of((long) spec.classes())));
        }

        @Override
        public float[] weights() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void weights(float[] weights) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<ParameterInfo> buffers() {
            return List.of();
        }

        @Override
        public float[] bufferValues() {
            return new float[0];
        }

        @Override
        public void bufferValues(float[] values) {}

        @Override
        public void writeState(OutputStream out) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void readState(InputStream in) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() {}
    }

    /** Σ a_i b_i. */
    public static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    private static int[] shuffled(int n, long seed) {
        int[] order = new int[n];
        Random random = new Random(seed);
        for (int i = 0; i < n; i++) {
            int j = random.nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        return order;
    }

    private record Mean(double[] gradient) implements Direction {

        @Override
        public float[] values() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() {}
    }
}
