/** Model registrations and the catalogue of architectures: names, options, defaults. */
@ApplicationModule(allowedDependencies = {"platform", "surrogate"})
@NullMarked
package io.winnow.model;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
