/** Jobs over HTTP. The common operations and the event streams serve the features of all kinds of jobs. */
@NamedInterface("web")
@NullMarked
package io.winnow.job.web;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.NamedInterface;
