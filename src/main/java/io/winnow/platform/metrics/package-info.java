/** What meters of all features stand on. */
@NullMarked
package io.winnow.platform.metrics;

import org.jspecify.annotations.NullMarked;
