/** The run on the surrogate port: one training, each pass made once, every method fed from both. */
@NullMarked
package io.winnow.scoring.run;

import org.jspecify.annotations.NullMarked;
