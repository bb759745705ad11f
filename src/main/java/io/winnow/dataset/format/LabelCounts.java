package io.winnow.dataset.format;

import io.winnow.dataset.BadDataException;
import io.winnow.dataset.DatasetRegistration;
import java.util.BitSet;

/**
 * Which labels occur in a split. Where bad samples are skipped, labels that no class can have are passed over here: their
 * samples are found bad when they are ingested.
 */
final class LabelCounts {

    private final BitSet seen = new BitSet();
    private final boolean lenient;
    private final int most;

    LabelCounts(DatasetRegistration registration) {
        lenient = registration.skipsBadSamples();
        most = lenient && registration.classes() != null
                ? registration.classes().size()
                : Classes.MOST;
    }

    /** @throws BadDataException when no class can have this label */
    void add(long label, long index, String file) throws BadDataException {
        if (label >= 0 && label < most) {
            seen.set((int) label);
        } else if (!lenient) {
            throw new BadDataException(
                    "%s: sample %d has label %d; labels must be 0, 1, …, below %d".formatted(file, index, label, most));
        }
    }

    /** Passes over a sample without a usable label where bad samples are skipped. */
    void addBad(BadDataException reason) throws BadDataException {
        if (!lenient) {
            throw reason;
        }
    }

    void refuseOneClass() throws BadDataException {
        if (seen.cardinality() < 2) {
            throw new BadDataException("all training samples are of one class; at least two are needed");
        }
    }

    /** The largest label; −1 when there is none. */
    int largest() {
        return seen.length() - 1;
    }
}
