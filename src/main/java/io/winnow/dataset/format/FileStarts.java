package io.winnow.dataset.format;

import java.util.TreeMap;

/** With which sample of a split each of its files begins. */
final class FileStarts {

    private final TreeMap<Long, String> names = new TreeMap<>();

    void add(long first, String name) {
        names.put(first, name);
    }

    /** The file of a sample and its place there, counted from 0. */
    String place(int index, String what) {
        var start = names.floorEntry((long) index);
        return "%s (%s %d)".formatted(start.getValue(), what, index - start.getKey());
    }
}
