/** Jobs: a user's wish to have a dataset scored, its runs, and the workers that do them whatever dies meanwhile. */
@ApplicationModule(allowedDependencies = {"platform", "surrogate", "dataset", "model", "scoring"})
@NullMarked
package io.winnow.job;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
