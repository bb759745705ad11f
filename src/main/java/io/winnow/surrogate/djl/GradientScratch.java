package io.winnow.surrogate.djl;

/**
 * How much memory the algebra of per-sample gradients may take at a time.
 *
 * @param maxBytes never to be exceeded where one sample of one layer can be cut that small
 * @param targetBytes what a slice of samples should take: on a CPU what stays in the caches, on a GPU what keeps it busy
 */
record GradientScratch(long maxBytes, long targetBytes) {

    /** Measured on two cores: larger slices fall out of the caches, smaller ones pay more for their calls. */
    private static final long CPU_TARGET = 8L << 20;

    GradientScratch {
        if (maxBytes < 1 || targetBytes < 1) {
            throw new IllegalArgumentException("scratch memory must be positive");
        }
    }

    static GradientScratch of(long maxBytes, boolean gpu) {
        return new GradientScratch(maxBytes, gpu ? Math.max(1, maxBytes / 2) : Math.min(CPU_TARGET, maxBytes));
    }

    /** Whether something of one sample fits. */
    boolean fits(long bytesOfOneSample) {
        return bytesOfOneSample <= maxBytes;
    }

    /** How many samples to work on at a time. */
    int samples(long bytesOfOneSample) {
        long target = Math.min(targetBytes, maxBytes);
        return (int) Math.max(1, Math.min(1 << 20, target / Math.max(1, bytesOfOneSample)));
    }
}
