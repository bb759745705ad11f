package io.winnow.surrogate;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the native engine said when it failed. Whatever went wrong there reaches Java as one kind of exception, told apart by words. */
final class EngineWords {

    private static final int DEEPEST_CAUSE = 10;

    private EngineWords() {}

    /** Whether the message of a failure, or of what caused it, holds one of the words. */
    static boolean saidBy(@Nullable Throwable failure, List<String> words) {
        Throwable one = failure;
        for (int depth = 0; one != null && depth < DEEPEST_CAUSE; depth++, one = one.getCause()) {
            String message = one.getMessage();
            if (message != null && words.stream().anyMatch(message::contains)) {
                return true;
            }
        }
        return false;
    }
}
