package io.winnow.dataset;

import io.winnow.platform.InvalidRequestException;
import java.util.HashSet;
import java.util.List;
import java.util.regex.Pattern;

/** What can be told of a registration without looking at its files. */
final class RegistrationCheck {

    static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");

    private static final int LONGEST_TEXT = 2000;

    private RegistrationCheck() {}

    /** @throws InvalidRequestException naming every field that is wrong */
    static void check(DatasetRegistration registration, DatasetFormats formats) {
        String name = registration.name();
        String format = registration.format();
        String location = registration.location();
        String description = registration.description();
        List<String> classes = registration.classes();
        Integer channels = registration.channels();
        DatasetRegistration.Resize resize = registration.resize();
        new InvalidRequestException.Collector()
                .require(
                        name != null && NAME.matcher(name).matches(),
                        "name",
                        "must be 1 to 63 of the characters a-z 0-9 . _ - and begin with a letter or digit")
                .require(format != null && formats.isKnown(format), "format", "must be one of: " + formats.known())
                .require(
                        location != null && !location.isBlank() && location.length() <= LONGEST_TEXT,
                        "location",
                        "must name a directory or file under a data root, or an address that may be fetched")
                .require(
                        description == null || description.length() <= LONGEST_TEXT,
                        "description",
                        "must have at most %d characters".formatted(LONGEST_TEXT))
                .require(
                        channels == null || channels == 1 || channels == 3,
                        "channels",
                        "must be 1 (grey) or 3 (colour)")
                .require(
                        resize == null || resize.isValid(),
                        "resize",
                        "must have a size from 1 to %d and a mode that is crop or exact"
                                .formatted(DatasetRegistration.Resize.LARGEST))
                .require(registration.saysWhatOfBadSamples(), "onBadSample", "must be fail or skip")
                .require(
                        registration.maxBadSamples() == null
                                || registration.skipsBadSamples()
                                        && registration.maxBadSamples() >= 1
                                        && registration.maxBadSamples() <= DatasetRegistration.MOST_BAD,
                        "maxBadSamples",
                        "must be 1 to %d, and goes with \"onBadSample\": \"skip\""
                                .formatted(DatasetRegistration.MOST_BAD))
                .require(
                        classes == null || namesClasses(classes),
                        "classes",
                        "must be at least two different names, none of them empty")
                .throwIfAny();
    }

    private static boolean namesClasses(List<String> classes) {
        return classes.size() >= 2
                && new HashSet<>(classes).size() == classes.size()
                && classes.stream().noneMatch(name -> name == null || name.isBlank() || name.length() > LONGEST_TEXT);
    }
}
