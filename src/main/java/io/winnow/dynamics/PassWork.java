package io.winnow.dynamics;

/**
 * What a run takes, in the unit of the costs that it was reckoned from.
 *
 * @param training all optimizer steps
 * @param passes all other passes
 */
record PassWork(double training, double passes) {

    double total() {
        return training + passes;
    }
}
