/**
 * Data that is not on the service's disks yet: uploads, object stores and addresses of an allow-list. It is brought into a
 * folder of its own under generated names; the names it came with are only ever compared.
 */
@NullMarked
package io.winnow.dataset.source;

import org.jspecify.annotations.NullMarked;
