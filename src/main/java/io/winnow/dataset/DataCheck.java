package io.winnow.dataset;

import io.winnow.platform.InvalidRequestException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** Checks a registration before it is kept, so that what is wrong is told in the answer and not by a failed ingest. */
@Component
final class DataCheck {

    private final DatasetFormats formats;
    private final BroughtData brought;

    DataCheck(DatasetFormats formats, BroughtData brought) {
        this.formats = formats;
        this.brought = brought;
    }

    /** @throws InvalidRequestException when a field is wrong */
    void fields(DatasetRegistration registration) {
        RegistrationCheck.check(registration, formats);
    }

    /** Checks what is cheap to check of the data of a registration; data that is still to be fetched is not asked for. */
    void look(UUID id, DatasetRegistration registration) {
        String location = String.valueOf(registration.location());
        if (brought.isMeantBy(location)) {
            brought.check(location);
        } else {
            open(id, registration, "location");
        }
    }

    void open(UUID id, DatasetRegistration registration, String field) {
        try {
            formats.open(formats.files(id, registration), registration);
        } catch (BadDataException e) {
            throw new InvalidRequestException(field, String.valueOf(e.getMessage()));
        } catch (AccessDeniedException e) {
            throw new InvalidRequestException(
                    field, Path.of(e.getFile()).getFileName() + " cannot be read: permission denied");
        } catch (IOException e) {
            throw new InvalidRequestException(field, "the files could not be read");
        }
    }
}
