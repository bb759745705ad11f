package io.winnow.dataset;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.winnow.surrogate.Element;
import io.winnow.surrogate.SampleShape;
import io.winnow.surrogate.StopSignal;
import io.winnow.surrogate.TrainingStoppedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreCheckTests {

    private static final SampleShape SHAPE = new SampleShape(1, 2, 2);
    private static final FileTime WRITTEN = FileTime.from(Instant.parse("2026-01-01T00:00:00Z"));
    private static final FileTime LATER = FileTime.from(Instant.parse("2026-01-01T00:00:01Z"));

    @TempDir
    Path folder;

    private final StoreCheck check = new StoreCheck();
    private Path store;
    private String checksum;

    @BeforeEach
    void writeAStore() throws IOException {
        store = folder.resolve("train.tensors");
        try (TensorStoreWriter writer = TensorStoreWriter.create(store, SHAPE, Element.UINT8, 2)) {
            for (int i = 0; i < 10; i++) {
                writer.append(new byte[] {(byte) i, 1, 2, 3}, i % 2);
            }
            checksum = writer.finish().info(SourcePositions.ALL).checksum();
        }
        Files.setLastModifiedTime(store, WRITTEN);
    }

    private void spoilAByte() throws IOException {
        try (FileChannel channel = FileChannel.open(store, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[] {99}), TensorFile.HEADER_BYTES + 5);
        }
    }

    private void verify() throws IOException {
        check.verify(store, checksum, StopSignal.NEVER);
    }

    /** A byte that is spoilt without a trace in size and time goes unseen, which shows that nothing was read. */
    @Test
    void readsAStoreThatItFoundSoundOnlyOnce() throws IOException {
        verify();
        spoilAByte();
        Files.setLastModifiedTime(store, WRITTEN);
        assertThatCode(this::verify).doesNotThrowAnyException();
        assertThatThrownBy(() -> new StoreCheck().verify(store, checksum, StopSignal.NEVER))
                .hasMessageContaining("checksum");
    }

    /** Large ones take longer than a run may show no step, and longer than a process has to go down. */
    @Test
    void asksAllTheWhileWhetherToStopAndHasNotFoundAStoreSoundThatItReadInPart() throws IOException {
        assertThatThrownBy(() -> check.verify(store, checksum, () -> true))
                .isInstanceOf(TrainingStoppedException.class);
        spoilAByte();
        Files.setLastModifiedTime(store, WRITTEN);
        assertThatThrownBy(this::verify).hasMessageContaining("checksum");
    }

    @Test
    void readsAStoreAgainOfWhichTheTimeIsAnother() throws IOException {
        verify();
        spoilAByte();
        Files.setLastModifiedTime(store, LATER);
        assertThatThrownBy(this::verify).hasMessageContaining("checksum");
    }

    @Test
    void readsAStoreAgainOfWhichTheSizeIsAnother() throws IOException {
        verify();
        Files.write(store, new byte[] {0}, StandardOpenOption.APPEND);
        Files.setLastModifiedTime(store, WRITTEN);
        assertThatThrownBy(this::verify).isInstanceOf(IOException.class);
    }

    @Test
    void readsAStoreAgainThatIsAskedForUnderAnotherChecksum() throws IOException {
        verify();
        assertThatThrownBy(() -> check.verify(store, "sha256:" + "00".repeat(32), StopSignal.NEVER))
                .hasMessageContaining("checksum");
    }

    @Test
    void doesNotRememberAStoreThatItFoundSpoilt() throws IOException {
        byte[] sound = Files.readAllBytes(store);
        spoilAByte();
        Files.setLastModifiedTime(store, WRITTEN);
        assertThatThrownBy(this::verify).hasMessageContaining("checksum");
        Files.write(store, sound);
        Files.setLastModifiedTime(store, WRITTEN);
        assertThatCode(this::verify).doesNotThrowAnyException();
    }

    @Test
    void refusesAStoreThatIsGone() throws IOException {
        verify();
        Files.delete(store);
        assertThatThrownBy(this::verify).isInstanceOf(NoSuchFileException.class);
    }
}
