/** Evaluations over HTTP. */
@NullMarked
package io.winnow.evaluation.web;

import org.jspecify.annotations.NullMarked;
