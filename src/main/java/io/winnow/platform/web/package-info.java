/** The shape of answers that all features share: problem details for errors, pages for lists. */
@NullMarked
package io.winnow.platform.web;

import org.jspecify.annotations.NullMarked;
