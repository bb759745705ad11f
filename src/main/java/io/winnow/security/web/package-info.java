/** API keys over HTTP. */
@NullMarked
package io.winnow.security.web;

import org.jspecify.annotations.NullMarked;
