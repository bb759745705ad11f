/** Charts as pictures. */
@NullMarked
package io.winnow.platform.chart;

import org.jspecify.annotations.NullMarked;
