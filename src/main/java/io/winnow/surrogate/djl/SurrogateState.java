package io.winnow.surrogate.djl;

import io.winnow.surrogate.SurrogateSpec;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * What a training needs to go on: weights and velocity in PyTorch's layout, running statistics. Written as a marker, the
 * architecture's name and three arrays, each its length and big-endian float32 values.
 *
 * @param parameters all trainable parameters
 * @param buffers all running statistics
 * @param velocity the optimizer's, of the parameters' length
 */
record SurrogateState(float[] parameters, float[] buffers, float[] velocity) {

    private static final int MARKER = 0x57535631; // WSV1

    void write(SurrogateSpec spec, OutputStream out) throws IOException {
        DataOutputStream data = new DataOutputStream(new BufferedOutputStream(out, 1 << 16));
        data.writeInt(MARKER);
        data.writeUTF(spec.architecture());
        for (float[] values : new float[][] {parameters, buffers, velocity}) {
            data.writeInt(values.length);
            for (float value : values) {
                data.writeInt(Float.floatToRawIntBits(value));
            }
        }
        data.flush();
    }

    /**
     * @param parameterCount of the network that reads
     * @param bufferCount of the network that reads
     * @throws IOException also when the state is of another network
     */
    static SurrogateState read(SurrogateSpec spec, int parameterCount, int bufferCount, InputStream in)
            throws IOException {
        DataInputStream data = new DataInputStream(new BufferedInputStream(in, 1 << 16));
        if (data.readInt() != MARKER) {
            throw new IOException("this is not the state of a surrogate");
        }
        String architecture = data.readUTF();
        if (!architecture.equals(spec.architecture())) {
            throw new IOException(
                    "the state is of a network '%s', not '%s'".formatted(architecture, spec.architecture()));
        }
        return new SurrogateState(
                values(data, parameterCount), values(data, bufferCount), values(data, parameterCount));
    }

    private static float[] values(DataInputStream data, int expected) throws IOException {
        int length = data.readInt();
        if (length != expected) {
            throw new IOException("the state holds %d values where the network has %d".formatted(length, expected));
        }
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = Float.intBitsToFloat(data.readInt());
        }
        return values;
    }
}
