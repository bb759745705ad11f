package io.winnow.dataset.format;

import static io.winnow.dataset.format.BadInput.failed;
import static io.winnow.dataset.format.BadInput.refused;

import io.winnow.dataset.format.SourceFixture.Member;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** Wrong tar shards. */
final class BadShards {

    private static final String SHARDS = "webdataset";

    private BadShards() {}

    static List<BadInput> inputs() {
        return List.of(
                refused(
                        SHARDS,
                        "a shard cut short",
                        folder -> {
                            SourceFixture.webDataset(folder);
                            Path shard = folder.resolve("train-0001.tar");
                            byte[] bytes = Files.readAllBytes(shard);
                            Files.write(shard, Arrays.copyOf(bytes, bytes.length / 2 / 512 * 512 + 100));
                        },
                        "train-0001.tar is cut short"),
                refused(
                        SHARDS,
                        "no tar at all",
                        folder -> {
                            byte[] bytes = new byte[2048];
                            Arrays.fill(bytes, 0, 1024, (byte) 'x');
                            Files.write(folder.resolve("train.tar"), bytes);
                        },
                        "not a readable tar file"),
                refused(
                        SHARDS,
                        "an empty shard",
                        folder -> Files.write(folder.resolve("train.tar"), new byte[1024]),
                        "holds no sample"),
                refused(SHARDS, "nothing at all", folder -> {}, "no training files found"),
                members("no label", members -> members.remove(11), "sample 's5' has no label"),
                members("no picture", members -> members.remove(10), "sample 's5' has no picture"),
                members(
                        "a label that is a word",
                        members -> members.set(11, cls(5, "cat")),
                        "has a label that is no integer"),
                members("a label out of range", members -> members.set(11, cls(5, "-1")), "has label -1"),
                members(
                        "a label in broken JSON",
                        members ->
                                members.set(11, new Member("s5.json", "{\"label\": ".getBytes(StandardCharsets.UTF_8))),
                        "has a label that is no integer"),
                members(
                        "two pictures of one name",
                        members -> members.add(11, new Member("s5.jpg", SourceFixture.png(5))),
                        "has two pictures"),
                refused(
                        SHARDS,
                        "a member that is a link",
                        folder -> {
                            try (TarArchiveOutputStream tar =
                                    new TarArchiveOutputStream(Files.newOutputStream(folder.resolve("train.tar")))) {
                                TarArchiveEntry entry = new TarArchiveEntry("s0.png", TarConstants.LF_SYMLINK);
                                entry.setLinkName("/etc/passwd");
                                tar.putArchiveEntry(entry);
                                tar.closeArchiveEntry();
                            }
                        },
                        "is not a plain file"),
                failed(
                        SHARDS,
                        "a name that occurs twice",
                        folder -> shard(folder, members -> {
                            members.add(new Member("s2.png", SourceFixture.png(2)));
                            members.add(cls(2, "1"));
                        }),
                        8,
                        "has the key 's2'"),
                failed(
                        SHARDS,
                        "a damaged picture",
                        folder -> shard(
                                folder,
                                members -> members.set(
                                        10, new Member("s5.png", Arrays.copyOf(SourceFixture.png(5), 200)))),
                        5,
                        "train.tar (sample 5): is a damaged"));
    }

    private static Member cls(int i, String label) {
        return new Member("s%d.cls".formatted(i), label.getBytes(StandardCharsets.UTF_8));
    }

    private static void shard(Path folder, Consumer<List<Member>> change) throws java.io.IOException {
        List<Member> members = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            members.add(new Member("s%d.png".formatted(i), SourceFixture.png(i)));
            members.add(cls(i, Integer.toString(i % 2)));
        }
        change.accept(members);
        SourceFixture.tar(folder.resolve("train.tar"), members);
    }

    private static BadInput members(String what, Consumer<List<Member>> change, String message) {
        return refused(SHARDS, what, folder -> shard(folder, change), message);
    }
}
