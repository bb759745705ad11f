package io.winnow.dataset;

import io.winnow.platform.InvalidRequestException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** The known formats by their id. */
@Component
final class DatasetFormats {

    private final Map<String, DatasetFormat> byId = new TreeMap<>();
    private final DataRoots roots;
    private final BroughtData brought;

    DatasetFormats(List<DatasetFormat> formats, DataRoots roots, BroughtData brought) {
        for (DatasetFormat format : formats) {
            if (byId.put(format.id(), format) != null) {
                throw new IllegalStateException("two formats are called " + format.id());
            }
        }
        this.roots = roots;
        this.brought = brought;
    }

    boolean isKnown(String id) {
        return byId.containsKey(id);
    }

    String known() {
        return String.join(", ", byId.keySet());
    }

    /**
     * Where the files of a dataset are.
     *
     * @throws InvalidRequestException when they are nowhere, or were to be brought and are not here
     */
    SourceFiles files(UUID dataset, DatasetRegistration registration) throws IOException {
        String location = String.valueOf(registration.location());
        return brought.isMeantBy(location) ? brought.here(dataset) : roots.resolve(location);
    }

    /**
     * The same, brought here first if need be.
     *
     * @param held as in {@link BroughtData#files}
     */
    SourceFiles bring(UUID dataset, DatasetRegistration registration, Runnable held) throws IOException {
        return brought.isMeantBy(String.valueOf(registration.location()))
                ? brought.files(dataset, registration, held)
                : files(dataset, registration);
    }

    /** Finds the files of a registration whose fields were checked, and checks what is cheap to check. */
    DatasetSource open(SourceFiles files, DatasetRegistration registration) throws IOException {
        DatasetFormat format = byId.get(String.valueOf(registration.format()));
        if (format == null) {
            throw new InvalidRequestException("format", "this version does not read it; it reads: " + known());
        }
        return format.open(files, registration);
    }
}
