/** Checkpoints of runs as files. */
@NullMarked
package io.winnow.job.checkpoint;

import org.jspecify.annotations.NullMarked;
