/** Studies of training dynamics over HTTP. */
@NullMarked
package io.winnow.dynamics.web;

import org.jspecify.annotations.NullMarked;
