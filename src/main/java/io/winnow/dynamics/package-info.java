/**
 * Studies of training itself, by groups of samples of like scores: how fast the tangent kernel moves, and whether trainings
 * that part end in one valley. Knows surrogates and scores, and no job.
 */
@ApplicationModule(allowedDependencies = {"platform", "surrogate", "scoring"})
@NullMarked
package io.winnow.dynamics;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
