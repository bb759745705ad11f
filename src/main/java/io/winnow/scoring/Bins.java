package io.winnow.scoring;

/**
 * Bins of equal width over a range; where that is a single number, they span ½ to either side of it.
 *
 * @param low where the first begins
 * @param high where the last ends
 * @param count number of bins
 */
public record Bins(double low, double high, int count) {

    /** From the smallest value to the largest. */
    public static Bins over(double min, double max, int count) {
        return min == max ? new Bins(min - 0.5, max + 0.5, count) : new Bins(min, max, count);
    }

    private double width() {
        return (high - low) / count;
    }

    /** The bin of a value, from 0; what lies beyond the range is in the bin at its end. */
    public int of(double value) {
        return Math.max(0, Math.min(count - 1, (int) ((value - low) / width())));
    }

    /** [count + 1] where bins begin and end. */
    public double[] edges() {
        double[] edges = new double[count + 1];
        for (int i = 0; i < count; i++) {
            edges[i] = low + i * width();
        }
        edges[count] = high;
        return edges;
    }
}
