package io.winnow.dataset.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.winnow.dataset.BadDataException;
import io.winnow.testing.RawZip;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.unit.DataSize;

class ZipMembersTests {

    @TempDir
    Path folder;

    @Test
    void anArchiveOfMoreEntriesThanFilesAndFoldersMayBeIsRefusedBeforeAnyIsKept() throws IOException {
        RawZip zip = new RawZip();
        RawZip.Entry one = new RawZip.Entry("a", new byte[1]);
        for (int i = 0; i < 21; i++) {
            zip.add(one);
        }

        assertThatThrownBy(() -> ZipMembers.take(archive(zip), intake(10), Long.MAX_VALUE))
                .isInstanceOf(BadDataException.class)
                .hasMessageContaining("more than 10 files");
    }

    @Test
    void anArchiveWhoseListDoesNotFitIntoTheHeapIsRefusedWithAdvice() throws IOException {
        RawZip zip = new RawZip();
        for (int i = 0; i < 100; i++) {
            zip.add(new RawZip.Entry("a" + i, new byte[1]));
        }

        assertThatThrownBy(() -> ZipMembers.take(archive(zip), intake(1000), 70_000))
                .isInstanceOf(BadDataException.class)
                .hasMessageContainingAll("lists 100 members", "tar", "-Xmx");

        ZipMembers.take(archive(zip), intake(1000), 71_000);
        assertThat(folder.resolve("dataset")).isDirectoryRecursivelyContaining("glob:**99");
    }

    private Path archive(RawZip zip) throws IOException {
        return Files.write(folder.resolve("archive.zip"), zip.done());
    }

    private Intake intake(int mostFiles) {
        return new Intake(
                folder.resolve("dataset"),
                new SourceProperties(
                        DataSize.ofMegabytes(1), DataSize.ofMegabytes(1), mostFiles, Sandbox.NO_STORE, Sandbox.NO_HOST),
                () -> {});
    }
}
