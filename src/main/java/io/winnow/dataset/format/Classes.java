package io.winnow.dataset.format;

import io.winnow.dataset.BadDataException;
import io.winnow.dataset.DatasetRegistration;
import io.winnow.platform.InvalidRequestException;
import java.util.List;
import java.util.stream.IntStream;

/** The names of classes, from what the user says, what the format says and which labels there are. */
final class Classes {

    static final int MOST = 1 << 20;

    private Classes() {}

    /**
     * @param registration whose classes come first
     * @param known by the format, or empty
     * @param largest label that occurs
     * @return the names in the order of the labels; the digits of the labels where nobody names them
     */
    static List<String> named(DatasetRegistration registration, List<String> known, int largest)
            throws BadDataException {
        List<String> given = registration.classes();
        if (given != null) {
            if (given.size() <= largest) {
                throw new InvalidRequestException(
                        "classes", "names %d classes, but labels go up to %d".formatted(given.size(), largest));
            }
            return given;
        }
        if (known.size() > largest) {
            return known;
        }
        if (largest >= MOST) {
            throw new BadDataException("labels go up to %d; at most %d classes are possible".formatted(largest, MOST));
        }
        return IntStream.rangeClosed(0, largest).mapToObj(Integer::toString).toList();
    }
}
