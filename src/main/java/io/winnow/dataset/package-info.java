/** Datasets: registered by the user, decoded and checked once, then read from a memory-mapped tensor store. */
@ApplicationModule(allowedDependencies = {"platform", "surrogate"})
@NullMarked
package io.winnow.dataset;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
