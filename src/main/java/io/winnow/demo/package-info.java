/** The tour of the README: it does over HTTP what a user would do with curl, and prints each step. */
@ApplicationModule(allowedDependencies = "platform")
@NullMarked
package io.winnow.demo;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
