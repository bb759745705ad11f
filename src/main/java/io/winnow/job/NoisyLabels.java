package io.winnow.job;

import io.winnow.job.JobRequest.LabelNoise;
import io.winnow.surrogate.Element;
import io.winnow.surrogate.Normalisation;
import io.winnow.surrogate.SampleShape;
import io.winnow.surrogate.Samples;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.Random;

/**
 * Samples some of whose labels are replaced by a different class, drawn uniformly. Which ones and by what depends on the
 * number of samples and classes and on the noise's seed only: round-half-up(fraction · N) samples, drawn without replacement
 * by the generator of {@link Random}, whose numbers are part of its contract.
 */
final class NoisyLabels implements Samples {

    private final Samples samples;
    private final int[] shifts;

    NoisyLabels(Samples samples, LabelNoise noise) {
        this.samples = samples;
        this.shifts = shifts(samples.size(), samples.classes(), noise);
    }

    /** Which samples the noise hits. */
    static BitSet hit(int samples, int classes, LabelNoise noise) {
        BitSet hit = new BitSet(samples);
        int[] shifts = shifts(samples, classes, noise);
        for (int i = 0; i < samples; i++) {
            hit.set(i, shifts[i] != 0);
        }
        return hit;
    }

    static int count(int samples, double fraction) {
        return (int) Math.floor(fraction * samples + 0.5);
    }

    /** [N] what is added to a label, modulo the number of classes: 0 leaves it, 1 … classes − 1 make it another. */
    private static int[] shifts(int samples, int classes, LabelNoise noise) {
        Random random = new Random(noise.seed());
        int[] order = new int[samples];
        for (int i = 0; i < samples; i++) {
            order[i] = i;
        }
        int[] shifts = new int[samples];
        for (int i = 0; i < count(samples, noise.fraction()); i++) {
            int drawn = i + random.nextInt(samples - i);
            int sample = order[drawn];
            order[drawn] = order[i];
            shifts[sample] = 1 + random.nextInt(classes - 1);
        }
        return shifts;
    }

    @Override
    public int label(int position) {
        return (samples.label(position) + shifts[position]) % samples.classes();
    }

    @Override
    public int size() {
        return samples.size();
    }

    @Override
    public SampleShape shape() {
        return samples.shape();
    }

    @Override
    public Element element() {
        return samples.element();
    }

    @Override
    public int classes() {
        return samples.classes();
    }

    @Override
    public void copyTo(int position, ByteBuffer target) {
        samples.copyTo(position, target);
    }

    @Override
    public float weight(int position) {
        return samples.weight(position);
    }

    @Override
    public Normalisation normalisation() {
        return samples.normalisation();
    }
}
