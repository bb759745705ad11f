package io.winnow.job;

import io.winnow.dataset.ReadyDataset;
import io.winnow.job.JobRequest.LabelNoise;
import io.winnow.platform.InvalidRequestException.Collector;
import io.winnow.surrogate.Samples;
import io.winnow.surrogate.SamplesView;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Samples some of whose labels are replaced by a different class: drawn uniformly, or by a map of classes. Which ones and by
 * what depends on the number of samples, their labels where there is a map, and the noise's seed only:
 * round-half-up(fraction · N) of the N samples that can be hit – with a map those of its classes –, drawn without replacement
 * by the generator of {@link Random}, whose numbers are part of its contract.
 */
public final class NoisyLabels extends SamplesView {

    private final int[] shifts;

    /** @param classes names of the classes, in the order of the labels */
    public NoisyLabels(Samples samples, LabelNoise noise, List<String> classes) {
        super(samples);
        this.shifts = shifts(samples, noise, classes);
    }

    /**
     * Which samples the noise hits.
     *
     * @param samples with their own labels
     * @param classes names of the classes, in the order of the labels
     */
    public static BitSet hit(Samples samples, LabelNoise noise, List<String> classes) {
        BitSet hit = new BitSet(samples.size());
        int[] shifts = shifts(samples, noise, classes);
        for (int i = 0; i < shifts.length; i++) {
            hit.set(i, shifts[i] != 0);
        }
        return hit;
    }

    /**
     * Notes what of a noise does not fit a dataset.
     *
     * @param of the field that the noise is, with a dot; nothing where its fields are the request's own
     */
    public static void check(LabelNoise noise, String of, ReadyDataset dataset, Collector violations) {
        Map<String, String> map = noise.classes();
        int samples = dataset.train().size();
        if (map != null) {
            List<String> known = dataset.classes();
            samples = 0;
            for (Map.Entry<String, String> entry : map.entrySet()) {
                boolean both = known.contains(entry.getKey()) && known.contains(entry.getValue());
                violations.require(
                        both, of + "classes", "must map classes of the dataset: " + String.join(", ", known));
                samples += both ? dataset.train().classCounts()[known.indexOf(entry.getKey())] : 0;
            }
        }
        violations.require(
                count(samples, noise.fraction()) > 0, of + "fraction", "hits none of %d samples".formatted(samples));
    }

    private static int count(int samples, double fraction) {
        return (int) Math.floor(fraction * samples + 0.5);
    }

    /** [N] what is added to a label, modulo the number of classes: 0 leaves it, 1 … classes − 1 make it another. */
    private static int[] shifts(Samples samples, LabelNoise noise, List<String> names) {
        int classes = samples.classes();
        int[] mapped = mapped(noise, names);
        int[] order = IntStream.range(0, samples.size())
                .filter(i -> mapped.length == 0 || mapped[samples.label(i)] != 0)
                .toArray();
        Random random = new Random(noise.seed());
        int[] shifts = new int[samples.size()];
        for (int i = 0; i < count(order.length, noise.fraction()); i++) {
            int drawn = i + random.nextInt(order.length - i);
            int sample = order[drawn];
            order[drawn] = order[i];
            shifts[sample] = mapped.length == 0 ? 1 + random.nextInt(classes - 1) : mapped[samples.label(sample)];
        }
        return shifts;
    }

    /** [classes] what the map of classes adds to a label, 0 for a class that it lacks; empty without a map. */
    private static int[] mapped(LabelNoise noise, List<String> names) {
        Map<String, String> map = noise.classes();
        if (map == null) {
            return new int[0];
        }
        int[] shifts = new int[names.size()];
        map.forEach((from, to) ->
                shifts[names.indexOf(from)] = Math.floorMod(names.indexOf(to) - names.indexOf(from), names.size()));
        return shifts;
    }

    @Override
    public int label(int position) {
        return (super.label(position) + shifts[position]) % classes();
    }
}
