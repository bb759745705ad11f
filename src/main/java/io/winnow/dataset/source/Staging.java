package io.winnow.dataset.source;

import io.winnow.dataset.BadDataException;
import io.winnow.dataset.BroughtData;
import io.winnow.dataset.DatasetRegistration;
import io.winnow.dataset.SourceFiles;
import io.winnow.platform.InvalidRequestException;
import io.winnow.platform.WinnowProperties;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.util.FileSystemUtils;

/** Where brought data lies: {@code <work-dir>/sources/<dataset id>}, complete once it has its manifest. */
@Component
final class Staging implements BroughtData {

    private static final Logger log = LoggerFactory.getLogger(Staging.class);
    private static final Duration LEFT_BEHIND = Duration.ofDays(1);
    private static final String UPLOAD = "upload:";
    private static final String FIELD = "location";

    private final Path sources;
    private final SourceProperties limits;
    private final Map<String, Origin> origins = new TreeMap<>();

    Staging(WinnowProperties properties, SourceProperties limits, List<Origin> origins) {
        this.sources = properties.workDir().resolve("sources");
        this.limits = limits;
        origins.forEach(origin -> this.origins.put(origin.scheme(), origin));
    }

    @Override
    public boolean isMeantBy(String location) {
        int colon = location.indexOf(':');
        return location.startsWith(UPLOAD)
                || location.contains("://")
                || (colon > 0 && origins.containsKey(location.substring(0, colon)));
    }

    @Override
    public boolean isUpload(String location) {
        return location.startsWith(UPLOAD);
    }

    @Override
    public void check(String location) {
        if (location.startsWith(UPLOAD)) {
            throw new InvalidRequestException(FIELD, "is of an upload; send the data as multipart/form-data");
        }
        URI uri = uri(location);
        origin(uri).check(uri);
    }

    private static URI uri(String location) {
        try {
            return new URI(location);
        } catch (URISyntaxException e) {
            throw new InvalidRequestException(FIELD, "is not an address: " + e.getReason());
        }
    }

    private Origin origin(URI location) {
        Origin origin = location.getScheme() == null ? null : origins.get(location.getScheme());
        if (origin == null) {
            throw new InvalidRequestException(
                    FIELD, "must be a path under a data root or begin with one of: " + String.join(", ", schemes()));
        }
        return origin;
    }

    private List<String> schemes() {
        return origins.keySet().stream().map(scheme -> scheme + "://").toList();
    }

    @Override
    public void accept(UUID dataset, Path upload, String format) throws IOException {
        // Nobody else knows of it yet.
        bring(dataset, () -> {}, intake -> {
            Path file = intake.scratch();
            Files.move(upload, file);
            Archives.take(file, format, intake);
        });
    }

    @Override
    public SourceFiles files(UUID dataset, DatasetRegistration registration, Runnable held) throws IOException {
        String location = String.valueOf(registration.location());
        Optional<Manifest> manifest = Manifest.read(folder(dataset));
        if (manifest.isEmpty()) {
            if (location.startsWith(UPLOAD)) {
                throw new BadDataException("the upload is not here any more; upload it again");
            }
            URI uri = uri(location);
            Origin origin = origin(uri);
            origin.check(uri);
            log.info("dataset {}: fetching {}", registration.name(), location);
            held.run();
            delete(dataset);
            bring(dataset, held, intake -> origin.fetch(uri, String.valueOf(registration.format()), intake));
            manifest = Manifest.read(folder(dataset));
        }
        return new StagedFiles(folder(dataset), manifest.orElseThrow()).all();
    }

    @Override
    public SourceFiles here(UUID dataset) throws IOException {
        Manifest manifest = Manifest.read(folder(dataset))
                .orElseThrow(() -> new InvalidRequestException(FIELD, "is of data that is not here"));
        return new StagedFiles(folder(dataset), manifest).all();
    }

    @Override
    public Optional<String> change(UUID dataset, DatasetRegistration registration) throws IOException {
        String location = String.valueOf(registration.location());
        Optional<Manifest> manifest = Manifest.read(folder(dataset));
        if (!isMeantBy(location) || isUpload(location) || manifest.isEmpty()) {
            return Optional.empty();
        }
        URI uri = uri(location);
        return origin(uri).change(uri, manifest.get());
    }

    @Override
    public void move(UUID from, UUID to) {
        try {
            if (Files.exists(folder(from))) {
                Files.move(folder(from), folder(to));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("an upload could not be given to the dataset that is made of it anew", e);
        }
    }

    /** Something that fills an intake. */
    private interface Filling {

        void fill(Intake intake) throws IOException;
    }

    private void bring(UUID dataset, Runnable held, Filling filling) throws IOException {
        boolean complete = false;
        try {
            Files.createDirectories(folder(dataset));
            Intake intake = new Intake(folder(dataset), limits, held);
            filling.fill(intake);
            held.run();
            intake.finish();
            complete = true;
        } finally {
            if (!complete) {
                held.run();
                delete(dataset);
            }
        }
    }

    @Override
    public void delete(UUID dataset) {
        try {
            FileSystemUtils.deleteRecursively(folder(dataset));
        } catch (IOException e) {
            throw new UncheckedIOException("what was brought for a dataset could not be deleted", e);
        }
    }

    @Override
    public void deleteOrphans(Predicate<UUID> known) throws IOException {
        if (!Files.isDirectory(sources)) {
            return;
        }
        Instant longAgo = Instant.now().minus(LEFT_BEHIND);
        try (Stream<Path> folders = Files.list(sources)) {
            for (Path folder : folders.toList()) {
                UUID dataset = UUID.fromString(folder.getFileName().toString());
                if (Files.getLastModifiedTime(folder).toInstant().isBefore(longAgo) && !known.test(dataset)) {
                    delete(dataset);
                }
            }
        }
    }

    private Path folder(UUID dataset) {
        return sources.resolve(dataset.toString());
    }
}
