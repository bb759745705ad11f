package io.winnow.dataset.source;

import io.winnow.platform.InvalidRequestException;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;

/** A kind of place that data is fetched from. */
interface Origin {

    /** The scheme of its locations: {@code s3}. */
    String scheme();

    /**
     * Checks a location without asking anyone.
     *
     * @throws InvalidRequestException when nothing may be fetched from it
     */
    void check(URI location);

    /**
     * Fetches all files of a location that was checked.
     *
     * @param format that is to read them
     * @throws io.winnow.dataset.BadDataException when they cannot be had or are refused
     */
    void fetch(URI location, String format, Intake intake) throws IOException;

    /**
     * What changed since the files of a location were fetched, in words.
     *
     * @return empty when nothing did, or that cannot be told
     */
    default Optional<String> change(URI location, Manifest fetched) {
        return Optional.empty();
    }
}
