package io.winnow.testing;

import io.winnow.dataset.DatasetRegistration;

/** Registrations of datasets. */
public final class Registrations {

    private Registrations() {}

    /** Of what every format needs. */
    public static DatasetRegistration of(String name, String format, String location) {
        return new DatasetRegistration(name, format, location, null, null, null, null, null, null, null, null);
    }
}
