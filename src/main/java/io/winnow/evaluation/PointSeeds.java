package io.winnow.evaluation;

import io.winnow.scoring.Seeds;

/**
 * The seeds of an evaluation. With s the request's seed and r = 0, 1, … the repetition, point p is trained from
 * {@code Seeds.of(Seeds.ofRun(s, r), p.key())} and its samples are drawn, where its policy draws, from
 * {@code Seeds.number(Seeds.of(s, "subset"), r)}. Thus the trainings of different points are independent of one another, as the
 * intervals assume, and a further point changes none of the others.
 */
final class PointSeeds {

    private PointSeeds() {}

    static long training(long seed, Point point, int repetition) {
        return Seeds.of(Seeds.ofRun(seed, repetition), point.key());
    }

    static long subset(long seed, int repetition) {
        return Seeds.number(Seeds.of(seed, "subset"), repetition);
    }
}
