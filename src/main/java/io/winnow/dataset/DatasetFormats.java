package io.winnow.dataset;

import io.winnow.platform.InvalidRequestException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.stereotype.Component;

/** The known formats by their id. */
@Component
final class DatasetFormats {

    private final Map<String, DatasetFormat> byId = new TreeMap<>();
    private final DataRoots roots;

    DatasetFormats(List<DatasetFormat> formats, DataRoots roots) {
        for (DatasetFormat format : formats) {
            if (byId.put(format.id(), format) != null) {
                throw new IllegalStateException("two formats are called " + format.id());
            }
        }
        this.roots = roots;
    }

    boolean isKnown(String id) {
        return byId.containsKey(id);
    }

    String known() {
        return String.join(", ", byId.keySet());
    }

    /** Where the files of a registration are. */
    SourceFiles files(DatasetRegistration registration) {
        return roots.resolve(String.valueOf(registration.location()));
    }

    /** Finds the files of a registration whose fields were checked, and checks what is cheap to check. */
    DatasetSource open(DatasetRegistration registration) throws IOException {
        return open(files(registration), registration);
    }

    DatasetSource open(SourceFiles files, DatasetRegistration registration) throws IOException {
        DatasetFormat format = byId.get(String.valueOf(registration.format()));
        if (format == null) {
            throw new InvalidRequestException("format", "this version does not read it; it reads: " + known());
        }
        return format.open(files, registration);
    }
}
