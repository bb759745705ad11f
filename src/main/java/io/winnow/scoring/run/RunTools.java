package io.winnow.scoring.run;

import io.winnow.scoring.Shards;

/**
 * What the parts of one run share.
 *
 * @param range samples that a pass goes over at a time
 */
record RunTools(
        Plan plan, Meter meter, Clock clock, Savepoints savepoints, Shards shards, BatchLimits limits, int range) {}
