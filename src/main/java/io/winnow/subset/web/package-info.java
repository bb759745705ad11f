/** The HTTP side of subsets. */
@NullMarked
package io.winnow.subset.web;

import org.jspecify.annotations.NullMarked;
