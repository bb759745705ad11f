/** The scoring methods, one class each. */
@NullMarked
package io.winnow.scoring.method;

import org.jspecify.annotations.NullMarked;
