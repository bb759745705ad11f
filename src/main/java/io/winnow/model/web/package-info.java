/** Models and the catalogue of architectures over HTTP. */
@NullMarked
package io.winnow.model.web;

import org.jspecify.annotations.NullMarked;
