/** Jobs over HTTP. */
@NullMarked
package io.winnow.job.web;

import org.jspecify.annotations.NullMarked;
