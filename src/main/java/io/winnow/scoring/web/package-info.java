/** The HTTP side of score sets. */
@NullMarked
package io.winnow.scoring.web;

import org.jspecify.annotations.NullMarked;
