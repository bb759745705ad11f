package io.winnow.dataset;

import io.winnow.platform.InvalidRequestException;
import io.winnow.surrogate.StopSignal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Holds the user's files against what they were like when they were ingested: sizes and times of all, and the content of
 * those whose time is another. A file that was only touched is as good as before, and its new time is noted.
 */
@Component
final class SourceCheck {

    private static final Logger log = LoggerFactory.getLogger(SourceCheck.class);

    private final DatasetFormats formats;
    private final StoreFolder stores;
    private final BroughtData brought;

    SourceCheck(DatasetFormats formats, StoreFolder stores, BroughtData brought) {
        this.formats = formats;
        this.stores = stores;
        this.brought = brought;
    }

    /**
     * What changed, in words that follow the dataset's name; empty when nothing did.
     *
     * @param mostHashed bytes to read at most; what is beyond is left to a later check
     */
    Optional<String> change(Dataset dataset, long mostHashed) {
        return change(dataset, mostHashed, StopSignal.NEVER);
    }

    /** @throws io.winnow.surrogate.TrainingStoppedException when told to stop */
    Optional<String> change(Dataset dataset, long mostHashed, StopSignal stop) {
        Path path = stores.sources(dataset.id());
        if (!Files.exists(path)) {
            return Optional.empty();
        }
        try {
            Optional<String> elsewhere = brought.change(dataset.id(), dataset.registration());
            return elsewhere.isPresent() ? elsewhere : change(dataset, path, mostHashed, stop);
        } catch (InvalidRequestException e) {
            return Optional.of("its location cannot be read any more");
        } catch (IOException e) {
            log.warn("the files of dataset {} could not be checked", dataset.name(), e);
            return Optional.of("its files cannot be read: " + e.getMessage());
        }
    }

    /** Whether this process can see the location at all: a worker may be given the tensor stores alone. */
    boolean seesLocation(Dataset dataset) {
        try {
            formats.files(dataset.id(), dataset.registration());
            return true;
        } catch (InvalidRequestException | IOException e) {
            return false;
        }
    }

    private Optional<String> change(Dataset dataset, Path path, long mostHashed, StopSignal stop) throws IOException {
        SourceRecord before = SourceRecord.read(path);
        SourceFiles source = formats.files(dataset.id(), dataset.registration());
        boolean touched = false;
        long hashed = 0;
        List<SourceRecord.Entry> files = new ArrayList<>(before.files().size());
        for (SourceRecord.Entry entry : before.files()) {
            stop.check();
            Path file = source.resolve(entry.name());
            BasicFileAttributes now;
            try {
                now = source.attributes(file);
            } catch (NoSuchFileException e) {
                return Optional.of("%s is gone".formatted(entry.name()));
            }
            if (now.size() != entry.size()) {
                return Optional.of("%s has %d bytes and had %d".formatted(entry.name(), now.size(), entry.size()));
            }
            long time = SourceRecord.modified(now);
            if (time != entry.modified() && entry.wasReadable() && hashed + entry.size() <= mostHashed) {
                hashed += entry.size();
                if (!Arrays.equals(SourceRecord.hash(source, file, stop), entry.sha256())) {
                    return Optional.of("%s has other content".formatted(entry.name()));
                }
                touched = true;
                files.add(entry.at(time));
            } else {
                files.add(entry);
            }
        }
        List<SourceRecord.Entry> folders = new ArrayList<>();
        for (SourceRecord.Entry entry : before.folders()) {
            folders.add(entry.at(SourceRecord.modified(source.attributes(source.resolve(entry.name())))));
        }
        if (!times(folders).equals(times(before.folders()))) {
            touched = true;
            Optional<String> added = added(dataset.registration(), source, before);
            if (added.isPresent()) {
                return added;
            }
        }
        if (touched) {
            new SourceRecord(folders, files).write(path);
        }
        return Optional.empty();
    }

    private static List<Long> times(List<SourceRecord.Entry> entries) {
        return entries.stream().map(SourceRecord.Entry::modified).toList();
    }

    /** Looks for files that would be read now and were not then; none is missing when this is asked. */
    private Optional<String> added(DatasetRegistration registration, SourceFiles source, SourceRecord before)
            throws IOException {
        Set<String> known = new HashSet<>();
        before.files().forEach(entry -> known.add(entry.name()));
        return formats.open(source, registration).files().stream()
                .map(source::name)
                .filter(name -> !known.contains(name))
                .findFirst()
                .map("%s was added"::formatted);
    }
}
