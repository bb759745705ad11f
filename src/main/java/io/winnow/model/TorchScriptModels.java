package io.winnow.model;

import io.winnow.model.torchscript.RefusedScriptException;
import io.winnow.model.torchscript.TorchScriptFile;
import io.winnow.platform.ConflictException;
import io.winnow.platform.InvalidRequestException;
import io.winnow.platform.WinnowProperties;
import io.winnow.surrogate.TorchScriptProperties;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.stereotype.Component;

/** The kept copies of uploaded TorchScript files: {@code <work-dir>/models/<id>.pt}, shared by all workers. */
@Component
@EnableConfigurationProperties(TorchScriptProperties.class)
class TorchScriptModels {

    static final String ARCHITECTURE = "torchscript";
    static final String KEEP = "keep";
    static final List<String> INITIALISE = List.of(KEEP, "reset");

    private final TorchScriptProperties settings;
    private final Path folder;

    TorchScriptModels(TorchScriptProperties settings, WinnowProperties winnow) {
        this.settings = settings;
        this.folder = winnow.workDir().resolve("models");
    }

    void requireEnabled() {
        if (!settings.enabled()) {
            throw new ConflictException(
                    "uploads of TorchScript are off, for they are code; an operator turns them on by winnow.models.torchscript.enabled=true");
        }
    }

    void requireFits(long bytes) {
        long most = settings.maxFile().toBytes();
        if (bytes > most) {
            throw new InvalidRequestException("file", "is larger than %d bytes".formatted(most));
        }
    }

    /**
     * A checked file.
     *
     * @param upload the file as it came
     * @param sha256 of the copy
     */
    record Kept(String file, String sha256, List<String> buffers, Model.Upload upload) {

        Map<String, Object> options(String initialise) {
            return Map.of("initialise", initialise, "file", file, "sha256", sha256, "buffers", buffers);
        }
    }

    /** Checks a file and keeps a clean copy under the model's id. */
    Kept keep(UUID id, Path upload) throws IOException {
        requireFits(Files.size(upload));
        TorchScriptFile scanned;
        try {
            scanned = TorchScriptFile.scan(upload, settings.maxFile().toBytes());
        } catch (RefusedScriptException e) {
            throw new InvalidRequestException("file", "is refused: " + e.getMessage());
        }
        Files.createDirectories(folder);
        Path part = folder.resolve(id + ".part");
        MessageDigest digest = sha256();
        try {
            try (OutputStream out = new DigestOutputStream(Files.newOutputStream(part), digest)) {
                scanned.write(out);
            }
            Files.move(part, file(id));
        } finally {
            Files.deleteIfExists(part);
        }
        return new Kept(
                file(id).getFileName().toString(),
                HexFormat.of().formatHex(digest.digest()),
                scanned.buffers(),
                new Model.Upload(sum(upload), Files.size(upload)));
    }

    void delete(UUID id) {
        try {
            Files.deleteIfExists(file(id));
        } catch (IOException e) {
            throw new IllegalStateException("the copy of model %s cannot be deleted".formatted(id), e);
        }
    }

    private Path file(UUID id) {
        return folder.resolve(id + ".pt");
    }

    private static String sum(Path file) throws IOException {
        MessageDigest digest = sha256();
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
            in.transferTo(OutputStream.nullOutputStream());
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
