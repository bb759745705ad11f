/** The formats that datasets come in: one reader each. */
@NullMarked
package io.winnow.dataset.format;

import org.jspecify.annotations.NullMarked;
