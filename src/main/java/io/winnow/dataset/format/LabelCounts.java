package io.winnow.dataset.format;

import io.winnow.dataset.BadDataException;
import java.util.BitSet;

/** Which labels occur in a split. */
final class LabelCounts {

    private final BitSet seen = new BitSet();

    /** @throws BadDataException when no class can have this label */
    void add(long label, long index, String file) throws BadDataException {
        if (label < 0 || label >= Classes.MOST) {
            throw new BadDataException("%s: sample %d has label %d; labels must be 0, 1, …, below %d"
                    .formatted(file, index, label, Classes.MOST));
        }
        seen.set((int) label);
    }

    void refuseOneClass() throws BadDataException {
        if (seen.cardinality() < 2) {
            throw new BadDataException("all training samples are of one class; at least two are needed");
        }
    }

    int largest() {
        return seen.length() - 1;
    }
}
