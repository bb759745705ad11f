package io.winnow.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.winnow.surrogate.Element;
import io.winnow.surrogate.Normalisation;
import io.winnow.surrogate.SampleShape;
import io.winnow.surrogate.SamplesUnreadableException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TensorStoreTests {

    private static final SampleShape SHAPE = new SampleShape(3, 4, 5);
    private static final Normalisation NORMALISATION = new Normalisation(new float[3], new float[] {1, 1, 1});
    private static final int SIZE = 1000;
    private static final int CLASSES = 7;

    @TempDir
    Path folder;

    Path file;
    byte[][] pixels;
    int[] labels;

    @BeforeEach
    void drawSamples() {
        file = folder.resolve("train.tensors");
        Random random = new Random(5);
        pixels = new byte[SIZE][SHAPE.size()];
        labels = new int[SIZE];
        for (int i = 0; i < SIZE; i++) {
            random.nextBytes(pixels[i]);
            labels[i] = random.nextInt(CLASSES);
        }
    }

    private SplitStatistics write() throws IOException {
        try (TensorStoreWriter writer = TensorStoreWriter.create(file, SHAPE, Element.UINT8, CLASSES)) {
            for (int i = 0; i < SIZE; i++) {
                writer.append(pixels[i], labels[i]);
            }
            return writer.finish();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 60, 61, 1000, 60 * SIZE, Integer.MAX_VALUE})
    void readsBackEverySampleWhateverTheSegments(int segmentBytes) throws IOException {
        write();
        try (TensorStore store = MappedTensorStore.open(file, NORMALISATION, segmentBytes)) {
            assertThat(store.size()).isEqualTo(SIZE);
            assertThat(store.shape()).isEqualTo(SHAPE);
            assertThat(store.classes()).isEqualTo(CLASSES);
            assertThat(store.labels()).isEqualTo(labels);
            ByteBuffer target = ByteBuffer.allocateDirect(2 * SHAPE.size());
            byte[] read = new byte[SHAPE.size()];
            for (int i = 0; i < SIZE; i++) {
                target.clear().position(7);
                store.copyTo(i, target);
                assertThat(target.position()).isEqualTo(7 + SHAPE.size());
                target.get(7, read);
                assertThat(read).isEqualTo(pixels[i]);
                assertThat(store.label(i)).isEqualTo(labels[i]);
            }
        }
    }

    @Test
    void readsSamplesBeyondTwoGibibytesOfASparseFile() throws IOException {
        SampleShape shape = new SampleShape(1, 1 << 13, 1 << 13);
        int samples = 40;
        TensorFile layout = new TensorFile(Element.UINT8, shape, 2, samples, new byte[32]);
        assertThat(layout.length()).isGreaterThan(Integer.MAX_VALUE);
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.SPARSE)) {
            channel.write(layout.header());
            channel.write(
                    ByteBuffer.wrap(new byte[] {42}), TensorFile.HEADER_BYTES + (samples - 1L) * shape.size() + 17);
            channel.write(
                    ByteBuffer.allocate(4)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .putInt(1)
                            .flip(),
                    layout.length() - 4);
        }
        try (TensorStore store = MappedTensorStore.open(file, NORMALISATION)) {
            ByteBuffer target = ByteBuffer.allocateDirect(shape.size());
            store.copyTo(samples - 1, target);
            assertThat(target.get(17)).isEqualTo((byte) 42);
            assertThat(target.get(16)).isZero();
            assertThat(store.label(samples - 1)).isEqualTo(1);
        }
    }

    @Test
    void readsLabelsBeyondTwoGibibytesOfASparseFile() throws IOException {
        int samples = 600_000_000;
        TensorFile layout = new TensorFile(Element.UINT8, new SampleShape(1, 1, 1), 2, samples, new byte[32]);
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.SPARSE)) {
            channel.write(layout.header());
            channel.write(ByteBuffer.wrap(new byte[] {1, 0, 0, 0}), layout.length() - 4);
        }
        try (TensorStore store = MappedTensorStore.open(file, NORMALISATION)) {
            assertThat(store.label(samples - 1)).isEqualTo(1);
            assertThat(store.label(samples - 2)).isZero();
        }
    }

    @Test
    void readsSamplesThatEndInWhateverIsThereBeforeTheyAreCopied() throws IOException {
        for (int i = 0; i < 2; i++) {
            Arrays.fill(pixels[i], (byte) (i == 0 ? 0x5A : 0xA5));
        }
        write();
        try (TensorStore store = MappedTensorStore.open(file, NORMALISATION)) {
            for (int i = 0; i < 2; i++) {
                byte[] read = new byte[SHAPE.size()];
                store.copyTo(i, ByteBuffer.wrap(read));
                assertThat(read).isEqualTo(pixels[i]);
            }
        }
    }

    /** On a thread of its own, which Java may tell of it once more at any time after. */
    @Test
    void readsNothingAtAllOfAFileThatWasCutShortHoweverOftenItWasReadBefore() throws Exception {
        write();
        AtomicInteger asked = new AtomicInteger();
        AtomicInteger read = new AtomicInteger();
        try (TensorStore store = MappedTensorStore.open(file, NORMALISATION)) {
            for (int i = 0; i < 100 * SIZE; i++) {
                store.copyTo(i % SIZE, ByteBuffer.wrap(new byte[SHAPE.size()]));
                store.label(i % SIZE);
            }
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.truncate(0);
            }
            while (asked.get() < 3 * SIZE) {
                Thread reader = new Thread(() -> readAll(store, asked, read));
                reader.setUncaughtExceptionHandler((thread, told) -> {});
                reader.start();
                reader.join();
            }
        }
        assertThat(read.get()).isZero();
    }

    private static void readAll(TensorStore store, AtomicInteger asked, AtomicInteger read) {
        while (asked.get() < 3 * SIZE) {
            try {
                readOne(store, asked.getAndIncrement());
                read.incrementAndGet();
            } catch (SamplesUnreadableException | InternalError e) {
                continue;
            }
        }
    }

    private static void readOne(TensorStore store, int what) {
        switch (what % 3) {
            case 0 -> store.copyTo(what / 3, ByteBuffer.wrap(new byte[SHAPE.size()]));
            case 1 -> store.label(what / 3);
            default -> store.labels();
        }
    }

    @Test
    void refusesPositionsOutsideTheStore() throws IOException {
        write();
        try (TensorStore store = MappedTensorStore.open(file, NORMALISATION, 600)) {
            ByteBuffer target = ByteBuffer.allocate(SHAPE.size());
            assertThatThrownBy(() -> store.copyTo(SIZE, target)).isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> store.copyTo(-1, target)).isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> store.label(SIZE)).isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    @Test
    void isNotReadAfterItWasClosed() throws IOException {
        write();
        TensorStore store = MappedTensorStore.open(file, NORMALISATION);
        store.close();
        assertThatThrownBy(() -> store.copyTo(0, ByteBuffer.allocate(SHAPE.size())))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void countsClassesAndTellsTheDigestOfPicturesAndLabels() throws Exception {
        ReadyDataset.SplitInfo info = write().info(SourcePositions.ALL);
        MessageDigest expected = MessageDigest.getInstance("SHA-256");
        int[] counts = new int[CLASSES];
        ByteBuffer labelBytes = ByteBuffer.allocate(4 * SIZE).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < SIZE; i++) {
            expected.update(pixels[i]);
            counts[labels[i]]++;
            labelBytes.putInt(labels[i]);
        }
        expected.update(labelBytes.array());
        assertThat(info.size()).isEqualTo(SIZE);
        assertThat(info.classCounts()).isEqualTo(counts);
        assertThat(info.checksum()).isEqualTo("sha256:" + HexFormat.of().formatHex(expected.digest()));
    }

    @Test
    void takesMeanAndStandardDeviationByChannel() throws IOException {
        Normalisation found = write().normalisation();
        int plane = SHAPE.height() * SHAPE.width();
        for (int c = 0; c < 3; c++) {
            double sum = 0;
            double squares = 0;
            for (byte[] sample : pixels) {
                for (int i = c * plane; i < (c + 1) * plane; i++) {
                    double value = (sample[i] & 0xFF) / 255.0;
                    sum += value;
                    squares += value * value;
                }
            }
            double mean = sum / (SIZE * plane);
            assertThat((double) found.mean()[c]).isCloseTo(mean, within(1e-6));
            assertThat((double) found.std()[c])
                    .isCloseTo(Math.sqrt(squares / (SIZE * plane) - mean * mean), within(1e-6));
        }
    }

    @Test
    void givesAConstantChannelTheDeviationOne() throws IOException {
        for (byte[] sample : pixels) {
            java.util.Arrays.fill(sample, 0, 20, (byte) 9);
        }
        Normalisation found = write().normalisation();
        assertThat(found.mean()[0]).isCloseTo(9 / 255f, within(1e-7f));
        assertThat(found.std()[0]).isEqualTo(1f);
        assertThat(found.std()[1]).isLessThan(1f);
    }

    @Test
    void showsNothingUnderItsNameUntilItIsComplete() throws IOException {
        try (TensorStoreWriter writer = TensorStoreWriter.create(file, SHAPE, Element.UINT8, CLASSES)) {
            writer.append(pixels[0], labels[0]);
            assertThat(file).doesNotExist();
        }
        assertThat(folder.toFile().list()).containsExactly("train.tensors.part");
    }

    @Test
    void refusesATruncatedOrExtendedFile() throws IOException {
        write();
        byte[] whole = Files.readAllBytes(file);
        for (int length : new int[] {0, 1, 4095, 4096, whole.length - 1}) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> MappedTensorStore.open(file, NORMALISATION))
                    .isInstanceOf(IOException.class);
        }
        Files.write(file, Arrays.copyOf(whole, whole.length + 1));
        assertThatThrownBy(() -> MappedTensorStore.open(file, NORMALISATION)).isInstanceOf(IOException.class);
    }

    @Test
    void refusesAHeaderInWhichAnyBitChanged() throws IOException {
        write();
        byte[] whole = Files.readAllBytes(file);
        for (int at = 0; at < 84; at++) {
            byte[] damaged = whole.clone();
            damaged[at] ^= 0x10;
            Files.write(file, damaged);
            assertThatThrownBy(() -> MappedTensorStore.open(file, NORMALISATION))
                    .as("byte %d", at)
                    .isInstanceOf(IOException.class);
        }
    }
}
