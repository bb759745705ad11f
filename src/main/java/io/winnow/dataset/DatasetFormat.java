package io.winnow.dataset;

import java.io.IOException;

/** A way in which datasets lie on disk. One implementation a format, found by the registry as a bean. */
public interface DatasetFormat {

    /** The name that a registration gives: {@code idx}. */
    String id();

    /**
     * Finds the files and checks all that is cheap to check: what is refused here is refused in the answer to the
     * registration, what only shows when every sample is read fails the ingest.
     *
     * @throws io.winnow.platform.InvalidRequestException when a field of the registration cannot be right
     * @throws BadDataException when the files are not what they should be
     */
    DatasetSource open(SourceFiles files, DatasetRegistration registration) throws IOException;
}
