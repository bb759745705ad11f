package io.winnow.dataset.web;

import io.winnow.platform.WinnowProperties;
import jakarta.servlet.MultipartConfigElement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.unit.DataSize;

/**
 * Where the parts of forms are written while they are received: on the disk where uploads stay, which temporary folders are often
 * too small for. The container deletes a part with its request, also one that broke off.
 */
@Configuration(proxyBeanMethods = false)
class UploadFolder {

    /** No upload takes longer; what is older was left by a process that was killed. */
    private static final Duration LEFT_BEHIND = Duration.ofDays(1);

    private final Path path;

    UploadFolder(WinnowProperties properties) throws IOException {
        this.path = properties.workDir().resolve("uploads");
        Files.createDirectories(path);
        try (Stream<Path> files = Files.list(path)) {
            deleteLeftBehind(files.toList());
        }
    }

    private static void deleteLeftBehind(List<Path> files) throws IOException {
        Instant longAgo = Instant.now().minus(LEFT_BEHIND);
        for (Path file : files) {
            try {
                if (Files.getLastModifiedTime(file).toInstant().isBefore(longAgo)) {
                    Files.deleteIfExists(file);
                }
            } catch (NoSuchFileException e) {
                // Another process is done with it.
            }
        }
    }

    @Bean
    MultipartConfigElement multipartConfig(@Value("${winnow.data.max-upload:10GB}") DataSize most) {
        return new MultipartConfigElement(path.toString(), most.toBytes(), most.toBytes(), 0);
    }

    Path path() {
        return path;
    }
}
