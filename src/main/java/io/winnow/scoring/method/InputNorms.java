package io.winnow.scoring.method;

import io.winnow.surrogate.Normalisation;
import io.winnow.surrogate.Samples;
import java.nio.ByteBuffer;

/** The norms ‖x‖₂ of the network's inputs, that is of the normalised pictures. */
final class InputNorms {

    private static final int LEVELS = 256;

    private InputNorms() {}

    static float[] of(Samples samples) {
        int channels = samples.shape().channels();
        int pixels = samples.shape().height() * samples.shape().width();
        double[] squares = squares(samples.normalisation(), channels);
        byte[] picture = new byte[samples.shape().size()];
        float[] norms = new float[samples.size()];
        for (int i = 0; i < norms.length; i++) {
            samples.copyTo(i, ByteBuffer.wrap(picture));
            double sum = 0;
            for (int c = 0; c < channels; c++) {
                for (int p = c * pixels; p < (c + 1) * pixels; p++) {
                    sum += squares[c * LEVELS + (picture[p] & 0xFF)];
                }
            }
            norms[i] = (float) Math.sqrt(sum);
        }
        return norms;
    }

    /** [channels · 256] the square of each byte's normalised value. */
    private static double[] squares(Normalisation normalisation, int channels) {
        double[] squares = new double[channels * LEVELS];
        for (int c = 0; c < channels; c++) {
            for (int level = 0; level < LEVELS; level++) {
                double value = (level / 255.0 - normalisation.mean()[c])
                        / normalisation.std()[c];
                squares[c * LEVELS + level] = value * value;
            }
        }
        return squares;
    }
}
