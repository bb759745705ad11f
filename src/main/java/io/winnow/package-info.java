/** Winnow: one package a feature; see the package comments for what each may use. */
@NullMarked
package io.winnow;

import org.jspecify.annotations.NullMarked;
