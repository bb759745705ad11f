package io.winnow.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyFileTests {

    private static final byte[] TENSORS = new byte[32];
    private static final List<String> KEYS =
            List.of("train/ant/00.png", "a", "Ünï/çødé/猫/🐜.jpg", "", "x".repeat(4096), " spaced ", "tab\tnew\nline");

    @TempDir
    Path folder;

    Path file;

    @BeforeEach
    void numberTheTensors() {
        file = folder.resolve("train.keys");
        Arrays.setAll(new Object[32], i -> TENSORS[i] = (byte) i);
    }

    private KeyFileWriter.Duplicate write(List<String> keys) throws IOException {
        try (KeyFileWriter writer = new KeyFileWriter(file)) {
            for (String key : keys) {
                writer.append(key);
            }
            return writer.finish(TENSORS);
        }
    }

    @Test
    void readsBackEachKeyInAnyOrder() throws IOException {
        assertThat(write(KEYS)).isNull();
        assertThat(folder.toFile().list()).containsExactly("train.keys");
        try (SampleKeys keys = MappedSampleKeys.open(file, TENSORS)) {
            assertThat(keys.size()).isEqualTo(KEYS.size());
            for (int i = KEYS.size() - 1; i >= 0; i--) {
                assertThat(keys.key(i)).isEqualTo(KEYS.get(i));
            }
            assertThatThrownBy(() -> keys.key(KEYS.size())).isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> keys.key(-1)).isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    @Test
    void readsBackAHundredThousandKeys() throws IOException {
        List<String> many = IntStream.range(0, 100_000)
                .mapToObj(i -> "part-" + i % 7 + "/" + i)
                .toList();
        assertThat(write(many)).isNull();
        try (SampleKeys keys = MappedSampleKeys.open(file, TENSORS)) {
            for (int i = 0; i < many.size(); i++) {
                assertThat(keys.key(i)).isEqualTo(many.get(i));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 16, 24, 96, 1000, 1 << 20})
    void readsWhateverLiesAcrossTwoMaps(int segmentBytes) throws IOException {
        byte[] bytes = new byte[200];
        Arrays.setAll(new Object[200], i -> bytes[i] = (byte) (i * 7));
        Files.write(file, bytes);
        ByteBuffer expected = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        try (FileChannel channel = FileChannel.open(file)) {
            MappedRange range = MappedRange.of(channel, 8, 192, 20, segmentBytes);
            for (int at = 0; at <= 172; at++) {
                assertThat(range.int64(at)).isEqualTo(expected.getLong(8 + at));
                assertThat(range.bytes(at, 20)).isEqualTo(Arrays.copyOfRange(bytes, 8 + at, 28 + at));
            }
            assertThat(range.bytes(192, 0)).isEmpty();
        }
    }

    @Test
    void tellsTheFirstKeyThatOccursTwice() throws IOException {
        assertThat(write(List.of("a", "b", "c", "d", "c", "b", "a"))).isEqualTo(new KeyFileWriter.Duplicate(2, 4, "c"));
        assertThat(write(List.of("same", "same", "same"))).isEqualTo(new KeyFileWriter.Duplicate(0, 1, "same"));
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void refusesAKeyThatIsTooLongInBytes() throws IOException {
        try (KeyFileWriter writer = new KeyFileWriter(file)) {
            writer.append("é".repeat(2048));
            assertThatThrownBy(() -> writer.append("é".repeat(2048) + "x"))
                    .isInstanceOf(BadDataException.class)
                    .hasMessageContaining("a key of 4097 bytes in UTF-8; at most 4096 are kept: éé");
        }
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void refusesTheKeysOfAnotherTensorStore() throws IOException {
        write(KEYS);
        byte[] other = TENSORS.clone();
        other[31]++;
        assertThatThrownBy(() -> MappedSampleKeys.open(file, other))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("another tensor store");
    }

    @Test
    void refusesAFileThatIsCutShortExtendedOrChangedInItsHeader() throws IOException {
        write(KEYS);
        byte[] whole = Files.readAllBytes(file);
        for (int length : new int[] {0, 1, 127, 128, whole.length - 1, whole.length + 1}) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> MappedSampleKeys.open(file, TENSORS))
                    .as("of length %d", length)
                    .isInstanceOf(IOException.class);
        }
        for (int at = 0; at < 68; at++) {
            byte[] damaged = whole.clone();
            damaged[at] ^= 0x10;
            Files.write(file, damaged);
            assertThatThrownBy(() -> MappedSampleKeys.open(file, TENSORS))
                    .as("byte %d", at)
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void tellsNoKeyWhoseBytesOrPlaceAreDamaged() throws IOException {
        write(List.of("first", "second", "third"));
        byte[] whole = Files.readAllBytes(file);
        int second = new String(whole, StandardCharsets.ISO_8859_1).indexOf("second");
        int entryOfSecond = whole.length - 3 * Long.BYTES;
        for (int at : new int[] {second, second + 5, entryOfSecond, entryOfSecond + 2, entryOfSecond + 7}) {
            byte[] damaged = whole.clone();
            damaged[at] ^= 0x01;
            Files.write(file, damaged);
            try (SampleKeys keys = MappedSampleKeys.open(file, TENSORS)) {
                assertThatThrownBy(() -> keys.key(1))
                        .as("byte %d", at)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessage("the key of sample 1 is damaged");
                assertThat(keys.key(2)).isEqualTo("third");
            }
        }
    }

    @Test
    void isNotReadAfterItWasClosed() throws IOException {
        write(KEYS);
        SampleKeys keys = MappedSampleKeys.open(file, TENSORS);
        keys.close();
        assertThatThrownBy(() -> keys.key(0)).isInstanceOf(IllegalStateException.class);
    }
}
