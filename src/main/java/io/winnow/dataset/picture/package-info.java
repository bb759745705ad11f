/** From an encoded picture to the unsigned bytes of a sample. */
@NullMarked
package io.winnow.dataset.picture;

import org.jspecify.annotations.NullMarked;
