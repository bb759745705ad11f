package io.winnow.job;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** This process among those that share the database. */
@Component
class Worker {

    private static final int LONGEST_HOST = 30;

    private final String host = localHost();
    private final String id = host.substring(0, Math.min(host.length(), LONGEST_HOST)) + "-"
            + ProcessHandle.current().pid() + "-" + UUID.randomUUID().toString().substring(0, 4);

    /** Host, process and four random digits, at most 50 characters: no two processes share it. */
    String id() {
        return id;
    }

    /** The machine, or the container, as it calls itself: whole, for those of one deployment may differ at its end only. */
    String host() {
        return host;
    }

    private static String localHost() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "worker";
        }
    }
}
