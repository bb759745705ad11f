package io.winnow.scoring.method;

import io.winnow.surrogate.Element;
import io.winnow.surrogate.Normalisation;
import io.winnow.surrogate.Samples;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The norms ‖x‖₂ of the network's inputs, that is of the normalised samples. */
final class InputNorms {

    private static final int LEVELS = 256;

    private InputNorms() {}

    static float[] of(Samples samples) {
        return samples.element() == Element.FLOAT32 ? ofFeatures(samples) : ofPictures(samples);
    }

    private static float[] ofFeatures(Samples samples) {
        Normalisation normalisation = samples.normalisation();
        ByteBuffer features = ByteBuffer.allocate(samples.sampleBytes()).order(ByteOrder.LITTLE_ENDIAN);
        float[] norms = new float[samples.size()];
        for (int i = 0; i < norms.length; i++) {
            samples.copyTo(i, features.clear());
            features.flip();
            double sum = 0;
            for (int c = 0; features.hasRemaining(); c++) {
                double value = ((double) features.getFloat() - normalisation.mean()[c])
                        / normalisation.std()[c];
                sum += value * value;
            }
            norms[i] = (float) Math.sqrt(sum);
        }
        return norms;
    }

    private static float[] ofPictures(Samples samples) {
        int channels = samples.shape().channels();
        int pixels = samples.shape().height() * samples.shape().width();
        double[] squares = squares(samples.normalisation(), channels);
        byte[] picture = new byte[samples.sampleBytes()];
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
