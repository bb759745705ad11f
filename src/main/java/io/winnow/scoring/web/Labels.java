package io.winnow.scoring.web;

/** What a class number may be. */
final class Labels {

    static final int LARGEST = 999_999;
    static final String RULE = "must be a class number, a whole number from 0 to " + LARGEST;

    private Labels() {}
}
