/** Datasets over HTTP. */
@NullMarked
package io.winnow.dataset.web;

import org.jspecify.annotations.NullMarked;
