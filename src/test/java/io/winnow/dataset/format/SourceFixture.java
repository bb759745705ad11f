package io.winnow.dataset.format;

import io.winnow.dataset.DatasetFormat;
import io.winnow.dataset.DatasetSource;
import io.winnow.dataset.DatasetSource.RawSample;
import io.winnow.dataset.DatasetSource.SampleReader;
import io.winnow.dataset.DatasetSource.SplitSource;
import io.winnow.dataset.TestSources;
import io.winnow.surrogate.SampleShape;
import io.winnow.testing.PictureFixture;
import io.winnow.testing.Registrations;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.jspecify.annotations.Nullable;

/** The same twelve pictures of three classes, laid out in each format. */
final class SourceFixture {

    static final int SIZE = 12;
    static final int CLASSES = 3;
    static final int SIDE = 32;
    static final String[] NAMES = {"ant", "bee", "cow"};

    private SourceFixture() {}

    static BufferedImage image(int i) {
        return PictureFixture.noise(SIDE, SIDE, BufferedImage.TYPE_INT_RGB, i);
    }

    /** Sorted by class, so that a folder for each class has the same order as the others. */
    static int label(int i) {
        return i / (SIZE / CLASSES);
    }

    static byte[] png(int i) {
        return PictureFixture.encode(image(i), "png");
    }

    /** Two files of CIFAR-10, or of CIFAR-100 with a coarse label before the fine one. */
    static void cifar(Path folder, boolean hundred) throws IOException {
        String[] files = hundred ? new String[] {"train.bin"} : new String[] {"data_batch_1.bin", "data_batch_2.bin"};
        int each = SIZE / files.length;
        for (int f = 0; f < files.length; f++) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            for (int i = f * each; i < (f + 1) * each; i++) {
                if (hundred) {
                    out.write(19);
                }
                out.write(label(i));
                out.write(PictureFixture.planes(image(i)));
            }
            Files.write(folder.resolve(files[f]), out.toByteArray());
        }
        Files.writeString(
                folder.resolve(hundred ? "fine_label_names.txt" : "batches.meta.txt"),
                String.join("\n", NAMES) + "\n\n");
    }

    static byte[] npy(String descr, String shape, byte[] data) {
        String dict = "{'descr': '%s', 'fortran_order': False, 'shape': (%s), }".formatted(descr, shape);
        byte[] header = (dict + " ".repeat(117 - dict.length()) + "\n").getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(10 + header.length + data.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0})
                .putShort((short) header.length)
                .put(header)
                .put(data)
                .array();
    }

    static void npy(Path folder, boolean channelsLast) throws IOException {
        ByteArrayOutputStream pictures = new ByteArrayOutputStream();
        ByteBuffer labels = ByteBuffer.allocate(8 * SIZE).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < SIZE; i++) {
            byte[] planes = PictureFixture.planes(image(i));
            for (int at = 0; at < planes.length; at++) {
                pictures.write(channelsLast ? planes[at % 3 * SIDE * SIDE + at / 3] : planes[at]);
            }
            labels.putLong(label(i));
        }
        String shape = channelsLast ? "12, 32, 32, 3" : "12, 3, 32, 32";
        Files.write(folder.resolve("x_train.npy"), npy("|u1", shape, pictures.toByteArray()));
        Files.write(folder.resolve("y_train.npy"), npy("<i8", "12,", labels.array()));
    }

    static void folders(Path folder, String split) throws IOException {
        for (int i = 0; i < SIZE; i++) {
            Path folderOfClass = Files.createDirectories(folder.resolve(split).resolve(NAMES[label(i)]));
            Files.write(folderOfClass.resolve("%02d.png".formatted(i)), png(i));
        }
    }

    static void tar(Path file, List<Member> members) throws IOException {
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(Files.newOutputStream(file))) {
            for (Member member : members) {
                TarArchiveEntry entry = new TarArchiveEntry(member.name());
                entry.setSize(member.content().length);
                tar.putArchiveEntry(entry);
                tar.write(member.content());
                tar.closeArchiveEntry();
            }
        }
    }

    static void webDataset(Path folder) throws IOException {
        for (int shard = 0; shard < 2; shard++) {
            List<Member> members = new ArrayList<>();
            for (int i = shard * 6; i < shard * 6 + 6; i++) {
                members.add(new Member("s/%04d.png".formatted(i), png(i)));
                members.add(
                        i % 2 == 0
                                ? new Member("s/%04d.cls".formatted(i), (label(i) + "\n").getBytes())
                                : new Member(
                                        "s/%04d.json".formatted(i),
                                        "{\"label\": %d}".formatted(label(i)).getBytes()));
            }
            tar(folder.resolve("train-%04d.tar".formatted(shard)), members);
        }
    }

    record Member(String name, byte[] content) {}

    static DatasetSource open(DatasetFormat format, Path folder) throws IOException {
        return open(format, folder, folder);
    }

    static DatasetSource open(DatasetFormat format, Path folder, Path location) throws IOException {
        return format.open(
                TestSources.at(folder, location), Registrations.of("data", format.id(), location.toString()));
    }

    /** All samples of a split, decoded. */
    static List<Sample> read(SplitSource split) throws IOException {
        List<Sample> samples = new ArrayList<>();
        try (SampleReader reader = split.open()) {
            RawSample sample;
            while ((sample = reader.next()) != null) {
                var pixels = sample.picture().decode();
                samples.add(new Sample(sample.label(), sample.key(), pixels.shape(), pixels.values()));
            }
        }
        return samples;
    }

    record Sample(int label, @Nullable String key, SampleShape shape, byte[] values) {}
}
