package io.winnow.dataset;

import io.winnow.platform.InvalidRequestException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;

/** Data that is brought to the service before it is read: uploads, and files of other services. */
public interface BroughtData {

    /** Whether a location, such as {@code s3://bucket/prefix}, is of brought data, rather than a path. */
    boolean isMeantBy(String location);

    boolean isUpload(String location);

    /**
     * Checks what can be checked of an address without asking anyone.
     *
     * @throws InvalidRequestException when it may not be brought
     */
    void check(String location);

    /**
     * Takes in an uploaded file: the members of an archive, or the file itself.
     *
     * @param format id of the format that is to read it
     * @throws BadDataException when it is refused; nothing of it is kept then
     */
    void accept(UUID dataset, Path upload, String format) throws IOException;

    /**
     * The files of a dataset, brought here now unless they were before.
     *
     * @param held asked while it goes on, and before anything is deleted; throws where another process may be at it already
     * @throws BadDataException when they cannot be had or are refused; nothing of them is kept then
     */
    SourceFiles files(UUID dataset, DatasetRegistration registration, Runnable held) throws IOException;

    /**
     * The files of a dataset that were brought before.
     *
     * @throws InvalidRequestException when they are not here
     */
    SourceFiles here(UUID dataset) throws IOException;

    /**
     * What changed where the files were fetched from, in words; empty when nothing did, or that cannot be told: of uploads, and
     * where nobody answers.
     */
    Optional<String> change(UUID dataset, DatasetRegistration registration) throws IOException;

    /** Gives an upload to another dataset. */
    void move(UUID from, UUID to);

    /** Deletes what was brought for a dataset, if anything was. */
    void delete(UUID dataset);

    /** Deletes what a process that was killed has left: what is of no known dataset and has been so for long. */
    void deleteOrphans(Predicate<UUID> known) throws IOException;
}
