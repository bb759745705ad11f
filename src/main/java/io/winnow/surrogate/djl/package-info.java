/** The surrogate port on DJL's PyTorch engine: the only package that imports {@code ai.djl}. */
@NullMarked
package io.winnow.surrogate.djl;

import org.jspecify.annotations.NullMarked;
