/**
 * What a surrogate network can do, in plain Java: be initialised, trained, and asked for per-sample quantities. No type
 * of the deep-learning engine crosses this package; {@code surrogate.djl} implements it.
 */
@ApplicationModule(allowedDependencies = "platform")
@NullMarked
package io.winnow.surrogate;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
