package io.winnow.scoring.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The bytes on disk are those that {@link DataOutputStream} writes number by number. */
class StateTests {

    private final Random random = new Random(5);
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final DataOutputStream out = new DataOutputStream(bytes);
    private final ByteArrayOutputStream plainBytes = new ByteArrayOutputStream();
    private final DataOutputStream plain = new DataOutputStream(plainBytes);

    private DataInputStream written() {
        return new DataInputStream(new ByteArrayInputStream(bytes.toByteArray()));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2047, 2048, 2049, 5000})
    void writesAndReadsFloats(int length) throws IOException {
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = (float) random.nextGaussian();
            plain.writeFloat(values[i]);
        }
        State.write(out, values);
        assertThat(bytes.toByteArray()).isEqualTo(plainBytes.toByteArray());
        float[] read = new float[length];
        State.read(written(), read);
        assertThat(read).isEqualTo(values);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 1023, 1024, 1025, 3000})
    void writesAndReadsDoubles(int length) throws IOException {
        double[] values = new double[length];
        for (int i = 0; i < length; i++) {
            values[i] = random.nextGaussian();
            plain.writeDouble(values[i]);
        }
        State.write(out, values);
        assertThat(bytes.toByteArray()).isEqualTo(plainBytes.toByteArray());
        double[] read = new double[length];
        State.read(written(), read);
        assertThat(read).isEqualTo(values);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2047, 2048, 2049, 5000})
    void writesAndReadsWholeNumbers(int length) throws IOException {
        int[] values = new int[length];
        for (int i = 0; i < length; i++) {
            values[i] = random.nextInt();
            plain.writeInt(values[i]);
        }
        State.write(out, values);
        assertThat(bytes.toByteArray()).isEqualTo(plainBytes.toByteArray());
        int[] read = new int[length];
        State.read(written(), read);
        assertThat(read).isEqualTo(values);
    }

    @Test
    void writesOnlyTheFirstOfTheValuesWhenAskedTo() throws IOException {
        State.write(out, new float[] {1, 2, 3}, 2);
        float[] read = new float[2];
        State.read(written(), read);
        assertThat(read).containsExactly(1, 2);
        assertThat(bytes.size()).isEqualTo(8);
    }

    @Test
    void refusesToReadMoreThanThereIs() throws IOException {
        State.write(out, new double[1024]);
        assertThatThrownBy(() -> State.read(written(), new double[1025])).isInstanceOf(EOFException.class);
    }
}
