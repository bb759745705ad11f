package io.winnow.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.winnow.testing.ArchiveFixture;
import io.winnow.testing.ArchiveFixture.Member;
import io.winnow.testing.RawZip;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.zip.ZipException;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.apache.commons.compress.utils.SeekableInMemoryByteChannel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ZipDirectoryTests {

    private static final long ANY = Long.MAX_VALUE;

    @Test
    void membersAndThoseWithoutContentAreCounted() throws IOException {
        byte[] archive = archive(20, 7).done();

        ZipDirectory directory = ZipDirectory.of(new SeekableInMemoryByteChannel(archive), ANY);

        assertThat(directory.members()).isEqualTo(27);
        assertThat(directory.empty()).isEqualTo(7);
        assertThat(directory.bytes()).isEqualTo(27 * (46 + 3));
    }

    @Test
    void lengthsAreReadWhereLargeMembersHaveThem() throws IOException {
        RawZip zip = new RawZip();
        for (int i = 0; i < 10; i++) {
            RawZip.Entry entry = new RawZip.Entry("m" + i, new byte[i < 4 ? 0 : 1]);
            entry.inZip64 = true;
            zip.add(entry);
        }

        assertThat(ZipDirectory.of(new SeekableInMemoryByteChannel(zip.done()), ANY)
                        .empty())
                .isEqualTo(4);
    }

    @Test
    void countingEndsAfterTheMostThatAreOfInterest() throws IOException {
        byte[] archive = archive(20, 0).done();

        assertThat(ZipDirectory.of(new SeekableInMemoryByteChannel(archive), 12).members())
                .isEqualTo(13);
        assertThat(ZipDirectory.of(new SeekableInMemoryByteChannel(archive), 20).members())
                .isEqualTo(20);
    }

    @Test
    void theEndOfLargeArchivesGoesBeforeTheOther() throws IOException {
        byte[] archive = archive(9, 9).done64();

        ZipDirectory directory = ZipDirectory.of(new SeekableInMemoryByteChannel(archive), ANY);

        assertThat(directory.members()).isEqualTo(18);
        assertThat(directory.empty()).isEqualTo(9);
    }

    @Test
    void anArchiveMayStandBehindOtherBytes() throws IOException {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.writeBytes(new byte[1000]);
        file.writeBytes(archive(5, 0).done());

        assertThat(ZipDirectory.of(new SeekableInMemoryByteChannel(file.toByteArray()), ANY)
                        .members())
                .isEqualTo(5);
    }

    @Test
    void whatIsNoArchiveHasNoDirectory() {
        for (byte[] file : List.of(new byte[0], new byte[21], new byte[100_000])) {
            assertThatThrownBy(() -> ZipDirectory.of(new SeekableInMemoryByteChannel(file), ANY))
                    .isInstanceOf(ZipException.class);
        }
    }

    /** Otherwise an archive could show a small directory here and a large one to the reader of its members. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void noArchiveHasOtherMembersForTheReaderThatIsUsed(long seed) throws IOException {
        List<byte[]> archives = List.of(
                archive(6, 3).done(),
                archive(6, 3).done64(),
                ArchiveFixture.of(
                        "zip",
                        IntStream.range(0, 8)
                                .mapToObj(i -> Member.file("a/" + i, new byte[i]))
                                .toList()));
        Random random = new Random(seed);
        int read = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] archive = archives.get(i % archives.size()).clone();
            // What is of interest lies at the end: the directory, and what tells where it is.
            for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
                archive[archive.length - 1 - random.nextInt(Math.min(archive.length, 200))] =
                        (byte) (random.nextBoolean() ? random.nextInt(256) : random.nextInt(3));
            }
            archive = Arrays.copyOf(archive, archive.length - (random.nextInt(4) == 0 ? random.nextInt(30) : 0));
            OptionalInt members = members(archive);
            if (members.isPresent()) {
                read++;
                assertThat(ZipDirectory.of(new SeekableInMemoryByteChannel(archive), ANY)
                                .members())
                        .isEqualTo(members.getAsInt());
            }
        }
        assertThat(read).isGreaterThan(4000);
    }

    @Test
    void theHeapThatAnOpenArchiveHoldsIsNotMoreThanItWasTakenFor() throws IOException {
        RawZip zip = new RawZip();
        for (int i = 0; i < 50_000; i++) {
            RawZip.Entry entry = new RawZip.Entry("train/class %d/picture %d.jpg".formatted(i % 10, i), new byte[] {1});
            // The time as programs write it.
            entry.listedExtra = new byte[] {0x55, 0x54, 5, 0, 3, 1, 2, 3, 4};
            zip.add(entry);
        }
        SeekableInMemoryByteChannel archive = new SeekableInMemoryByteChannel(zip.done());
        long before = used();
        try (ZipFile open = ZipDirectory.open(archive)) {
            assertThat(used() - before).isLessThan(ZipDirectory.of(archive, ANY).heap());
            assertThat(open.getEntries().hasMoreElements()).isTrue();
        }
    }

    private static long used() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    private static OptionalInt members(byte[] archive) {
        try (ZipFile zip = ZipDirectory.open(new SeekableInMemoryByteChannel(archive))) {
            return OptionalInt.of(Collections.list(zip.getEntries()).size());
        } catch (IOException | RuntimeException e) {
            return OptionalInt.empty();
        }
    }

    private static RawZip archive(int members, int empty) {
        RawZip zip = new RawZip();
        for (int i = 0; i < members; i++) {
            zip.add(new RawZip.Entry("m%02d".formatted(i), new byte[] {1}));
        }
        for (int i = 0; i < empty; i++) {
            zip.add(new RawZip.Entry("e%02d".formatted(i), new byte[0]));
        }
        return zip;
    }
}
