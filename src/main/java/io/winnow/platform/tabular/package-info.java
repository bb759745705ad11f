/** Long lists on their way out: the formats that they are written in, and what HTTP says about them. */
@NullMarked
package io.winnow.platform.tabular;

import org.jspecify.annotations.NullMarked;
