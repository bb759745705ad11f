package io.winnow.subset;

/** Set operations on ascending lists of distinct indices. */
final class Sorted {

    private Sorted() {}

    /** What is in {@code all} and not in {@code part}; every element of {@code part} is in {@code all}. */
    static int[] without(int[] all, int[] part) {
        int[] rest = new int[all.length - part.length];
        int p = 0;
        int filled = 0;
        for (int index : all) {
            if (p < part.length && part[p] == index) {
                p++;
            } else {
                rest[filled++] = index;
            }
        }
        return rest;
    }

    /** How many elements both have. */
    static int common(int[] a, int[] b) {
        int shared = 0;
        for (int i = 0, j = 0; i < a.length && j < b.length; ) {
            if (a[i] == b[j]) {
                shared++;
                i++;
                j++;
            } else if (a[i] < b[j]) {
                i++;
            } else {
                j++;
            }
        }
        return shared;
    }
}
