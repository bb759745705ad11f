package io.winnow.job;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** This process among those that share the database. */
@Component
class Worker {

    private static final int LONGEST_HOST = 30;

    private final String id = host() + "-" + ProcessHandle.current().pid() + "-"
            + UUID.randomUUID().toString().substring(0, 4);

    /** Host, process and four random digits, at most 50 characters: no two processes share it. */
    String id() {
        return id;
    }

    private static String host() {
        try {
            String name = InetAddress.getLocalHost().getHostName();
            return name.substring(0, Math.min(name.length(), LONGEST_HOST));
        } catch (UnknownHostException e) {
            return "worker";
        }
    }
}
