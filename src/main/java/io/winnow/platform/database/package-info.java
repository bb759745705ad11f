/** The PostgreSQL server that runs inside the service's home when no other is configured, and how much may be stored. */
@NullMarked
package io.winnow.platform.database;

import org.jspecify.annotations.NullMarked;
