/**
 * Who may do what: the posture that a process starts with, API keys and tokens, the scope of each operation, and how often a
 * caller may ask.
 */
@ApplicationModule(allowedDependencies = "platform")
@NullMarked
package io.winnow.security;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
