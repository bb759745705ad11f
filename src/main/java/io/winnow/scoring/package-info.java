/**
 * Scores: the methods, the run that feeds them all from one training, and the store that keeps what they found. Knows no
 * HTTP outside {@code web} and no job.
 */
@ApplicationModule(allowedDependencies = {"platform", "surrogate", "dataset"})
@NullMarked
package io.winnow.scoring;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
