package io.winnow.dataset.web;

import static io.winnow.testing.WinnowClient.fieldsOf;
import static io.winnow.testing.WinnowClient.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import com.sun.management.ThreadMXBean;
import io.winnow.testing.ArchiveFixture;
import io.winnow.testing.ArchiveFixture.Member;
import io.winnow.testing.Bombs;
import io.winnow.testing.HostileArchives;
import io.winnow.testing.RawZip;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Uploads that mean harm: they are refused, and nothing of them is left. */
class HostileUploadTests extends Uploads {

    /** Two seconds on a machine with nothing else to do. */
    private static final Duration LONGEST = Duration.ofSeconds(10);

    private static final long MOST_ALLOCATED = 64 << 20;

    /** By all threads that answer requests, since they began, whether or not it is still in use. */
    private static long allocatedByRequests() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        return Arrays.stream(threads.getThreadInfo(threads.getAllThreadIds()))
                .filter(thread -> thread != null && thread.getThreadName().contains("-exec-"))
                .mapToLong(thread -> threads.getThreadAllocatedBytes(thread.getThreadId()))
                .sum();
    }

    static Stream<Arguments> hostile() throws IOException {
        return Stream.concat(HostileArchives.all().entrySet().stream(), Bombs.archives().entrySet().stream())
                .map(entry -> Arguments.of(entry.getKey(), entry.getValue()));
    }

    /** Names of archives come from outside: none may decide where anything is written, and no archive may exhaust the disk. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("hostile")
    void ofHostileArchivesKeepNothingAndCostLittle(String what, HostileArchives.Hostile archive) {
        long allocated = allocatedByRequests();
        HttpResponse<String> answer = assertTimeout(
                LONGEST, () -> upload("{\"name\": \"up\", \"format\": \"image-folder\"}", "a", archive.bytes()));
        assertThat(allocatedByRequests() - allocated).as("bytes for " + what).isBetween(1L, MOST_ALLOCATED);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(fieldsOf(answer)).containsExactly("file");
        assertThat(json(answer).get("detail").asString())
                .contains(archive.message())
                .matches("[^\\p{Cntrl}]{1,400}")
                .doesNotContain("Exception", WORK.toString());
        assertThat(filesOf("uploads")).isEmpty();
        assertThat(filesOf("sources")).isEmpty();
        assertThat(WORK.resolveSibling("evil")).doesNotExist();
        assertThat(Path.of("/tmp/evil")).doesNotExist();
        assertThat(jdbc.sql("SELECT count(*) FROM dataset").query(Long.class).single())
                .isZero();
    }

    @Test
    void ofArchivesInAnArchiveAreNotUnpackedFurther() throws IOException {
        byte[] inner =
                new RawZip().add(new RawZip.Entry("0", new byte[60 << 20])).done();
        List<Member> layers = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            layers.add(Member.file("lib " + i + ".zip", inner));
        }
        HttpResponse<String> answer =
                upload("{\"name\": \"up\", \"format\": \"image-folder\"}", "42.zip", ArchiveFixture.of("zip", layers));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(filesOf("sources")).isEmpty();
    }

    static Stream<Arguments> bombs() throws IOException {
        byte[] png = Bombs.png(50_000, 50_000);
        byte[] tall = Bombs.png(1, Integer.MAX_VALUE);
        byte[] wide = Bombs.png(Integer.MAX_VALUE, 1);
        return Stream.of(
                Arguments.of("image-folder", Map.of("ant/1.png", tall, "bee/1.png", tall), "1×2147483647"),
                Arguments.of("image-folder", Map.of("ant/1.png", wide, "bee/1.png", wide), "2147483647×1"),
                Arguments.of("image-folder", Map.of("ant/1.png", png, "bee/1.png", png), "50000"),
                Arguments.of(
                        "webdataset",
                        Map.of("0.png", png, "0.cls", "0".getBytes(), "1.png", png, "1.cls", "1".getBytes()),
                        "50000"),
                Arguments.of(
                        "idx",
                        Map.of(
                                "train-images-idx3-ubyte.gz", Bombs.idxOfZeros(3),
                                "train-labels-idx1-ubyte.gz", Bombs.idxOfZeros(1)),
                        "too few"));
    }

    /** Files that an archive brings and a format reads: their headers are looked at before they are decoded. */
    @ParameterizedTest
    @MethodSource("bombs")
    void ofBombsWithinFilesKeepNothing(String format, Map<String, byte[]> files, String message) throws IOException {
        byte[] archive = ArchiveFixture.of("tar", members("", new TreeMap<>(files)));
        long allocated = allocatedByRequests();
        HttpResponse<String> answer = assertTimeout(
                LONGEST, () -> upload("{\"name\": \"up\", \"format\": \"%s\"}".formatted(format), "a.tar", archive));
        assertThat(allocatedByRequests() - allocated).isBetween(1L, MOST_ALLOCATED);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(fieldsOf(answer)).containsExactly("file");
        assertThat(answer.body()).contains(message);
        assertThat(filesOf("sources")).isEmpty();
    }
}
