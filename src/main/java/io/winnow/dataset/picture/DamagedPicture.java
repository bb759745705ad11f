package io.winnow.dataset.picture;

import io.winnow.dataset.BadDataException;

/** What users are told of a picture that cannot be decoded: what decoders say is for those who write decoders. */
final class DamagedPicture {

    static final String REASON = "is a damaged or unsupported picture";

    private DamagedPicture() {}

    static void unless(boolean right) throws BadDataException {
        if (!right) {
            throw new BadDataException(REASON);
        }
    }
}
