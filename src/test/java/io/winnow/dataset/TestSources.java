package io.winnow.dataset;

import io.winnow.platform.WinnowProperties;
import io.winnow.testing.Registrations;
import java.nio.file.Path;
import java.util.List;

/** Source files in a folder that is a data root of its own. */
public final class TestSources {

    private TestSources() {}

    public static SourceFiles at(Path folder) {
        return roots(folder).resolve(folder.toString());
    }

    /** A file or directory under a root. */
    public static SourceFiles at(Path root, Path location) {
        return roots(root).resolve(location.toString());
    }

    static DataRoots roots(Path... roots) {
        return new DataRoots(new WinnowProperties(
                Path.of("."), WinnowProperties.Role.ALL, null, new WinnowProperties.Data(List.of(roots))));
    }

    public static DatasetRegistration registration(String format, Path location) {
        return Registrations.of("data", format, location.toString());
    }
}
