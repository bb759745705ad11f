/** The score store on PostgreSQL: JPA for score sets, JDBC for their chunks. */
@NullMarked
package io.winnow.scoring.store;

import org.jspecify.annotations.NullMarked;
