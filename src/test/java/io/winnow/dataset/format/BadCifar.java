package io.winnow.dataset.format;

import static io.winnow.dataset.format.BadInput.refused;

import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;

/** Wrong files of CIFAR. */
final class BadCifar {

    private BadCifar() {}

    static List<BadInput> inputs() {
        return List.of(
                refused(
                        "cifar-binary",
                        "a file cut short",
                        folder -> {
                            SourceFixture.cifar(folder, false);
                            var file = folder.resolve("data_batch_2.bin");
                            byte[] bytes = Files.readAllBytes(file);
                            Files.write(file, Arrays.copyOf(bytes, bytes.length - 1));
                        },
                        "data_batch_2.bin has 18437 bytes, which is no multiple"),
                refused(
                        "cifar-binary",
                        "an empty file",
                        folder -> {
                            SourceFixture.cifar(folder, false);
                            Files.write(folder.resolve("data_batch_1.bin"), new byte[0]);
                        },
                        "data_batch_1.bin has 0 bytes"),
                refused(
                        "cifar-binary",
                        "both kinds",
                        folder -> {
                            Files.write(folder.resolve("data_batch_1.bin"), new byte[3073]);
                            Files.write(folder.resolve("data_batch_2.bin"), new byte[3074]);
                        },
                        "partly CIFAR-10 and partly CIFAR-100"),
                refused(
                        "cifar-binary",
                        "one class",
                        folder -> Files.write(folder.resolve("data_batch_1.bin"), new byte[2 * 3073]),
                        "of one class"),
                refused("cifar-binary", "nothing at all", folder -> {}, "no training files found"),
                refused(
                                "cifar-binary",
                                "a pattern that is none",
                                folder -> SourceFixture.cifar(folder, false),
                                "is not a glob")
                        .with("\"files\": {\"train\": [\"[\"]}"));
    }
}
