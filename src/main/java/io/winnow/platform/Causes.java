package io.winnow.platform;

import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What a failure comes from. */
public final class Causes {

    /** A chain may end in itself. */
    private static final int DEEPEST = 20;

    private Causes() {}

    /** Whether the failure, or one that caused it, is such a one; false for none. */
    public static boolean any(@Nullable Throwable failure, Predicate<Throwable> wanted) {
        Throwable one = failure;
        for (int depth = 0; one != null && depth < DEEPEST; depth++, one = one.getCause()) {
            if (wanted.test(one)) {
                return true;
            }
        }
        return false;
    }
}
