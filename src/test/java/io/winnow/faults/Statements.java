package io.winnow.faults;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * What a client says to PostgreSQL over one connection, as far as it takes to tell when it asks for the commit of a transaction
 * with a certain statement in it.
 */
final class Statements {

    private static final int PROTOCOL = 3;

    private final Map<String, String> prepared = new HashMap<>();
    private byte[] unread = new byte[0];
    private boolean greeted;
    private boolean inTransaction;

    /**
     * Reads on.
     *
     * @param wanted a part of the statement, in lower case
     * @return whether the client asked for a commit of a transaction with it
     */
    boolean commits(String wanted, byte[] bytes, int length) {
        byte[] all = Arrays.copyOf(unread, unread.length + length);
        System.arraycopy(bytes, 0, all, unread.length, length);
        ByteBuffer in = ByteBuffer.wrap(all);
        boolean commits = false;
        while (true) {
            // The first messages have no type before their length.
            int head = greeted ? 1 : 0;
            if (in.remaining() < head + Integer.BYTES || in.remaining() < head + in.getInt(in.position() + head)) {
                break;
            }
            char type = greeted ? (char) in.get() : ' ';
            ByteBuffer message = in.slice(in.position() + Integer.BYTES, in.getInt(in.position()) - Integer.BYTES);
            in.position(in.position() + Integer.BYTES + message.remaining());
            commits |= takes(type, message, wanted);
        }
        unread = Arrays.copyOfRange(all, in.position(), all.length);
        return commits;
    }

    private boolean takes(char type, ByteBuffer message, String wanted) {
        switch (type) {
            case ' ' -> greeted = message.getShort() == PROTOCOL;
            case 'P' -> prepared.put(text(message), text(message));
            case 'Q' -> {
                return executes(text(message), wanted);
            }
            case 'B' -> {
                text(message);
                return executes(prepared.getOrDefault(text(message), ""), wanted);
            }
            default -> {}
        }
        return false;
    }

    private boolean executes(String sql, String wanted) {
        String statement = sql.toLowerCase(Locale.ROOT);
        boolean ends = statement.equals("commit") || statement.equals("rollback");
        boolean commits = inTransaction && statement.equals("commit");
        inTransaction = !ends && (inTransaction || statement.contains(wanted));
        return commits;
    }

    private static String text(ByteBuffer message) {
        int begin = message.position();
        while (message.get() != 0) {
            // Texts end with a zero.
        }
        byte[] bytes = new byte[message.position() - 1 - begin];
        message.get(begin, bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
