package io.winnow.job;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** This process among those that share the database. */
@Component
class Worker {

    private static final int LONGEST_HOST = 30;

    private static final String NAMELESS = "worker";

    /** What many machines are called. */
    private static final Set<String> NO_NAMES = Set.of(NAMELESS, "localhost", "localhost.localdomain");

    private final String host;
    private final String id;

    Worker() {
        this(localHost());
    }

    /** @param name of the machine */
    Worker(String name) {
        this.host = NO_NAMES.contains(name.toLowerCase(Locale.ROOT)) ? "" : name;
        this.id = name.substring(0, Math.min(name.length(), LONGEST_HOST)) + "-"
                + ProcessHandle.current().pid() + "-"
                + UUID.randomUUID().toString().substring(0, 4);
    }

    /** Host, process and four random digits, at most 50 characters: no two processes share it. */
    String id() {
        return id;
    }

    /**
     * The machine, or the container, as it calls itself: whole, for those of one deployment may differ at its end only. Empty where
     * that tells it from no other.
     */
    String host() {
        return host;
    }

    private static String localHost() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return NAMELESS;
        }
    }
}
