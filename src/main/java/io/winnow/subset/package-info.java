/** Subsets: which samples to keep, by policy and ratio, from any score set. */
@ApplicationModule(allowedDependencies = {"platform", "scoring", "dataset"})
@NullMarked
package io.winnow.subset;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
