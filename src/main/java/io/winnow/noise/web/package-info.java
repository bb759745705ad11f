/** Noise audits over HTTP. */
@NullMarked
package io.winnow.noise.web;

import org.jspecify.annotations.NullMarked;
