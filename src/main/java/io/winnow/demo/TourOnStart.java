package io.winnow.demo;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.annotation.Profile;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/** Takes the tour once the service is ready, in the profile {@code demo}. */
@Component
@Profile("demo")
class TourOnStart {

    private static final Logger log = LoggerFactory.getLogger(TourOnStart.class);

    private final WebServerApplicationContext context;

    TourOnStart(WebServerApplicationContext context) {
        this.context = context;
    }

    @EventListener(ApplicationReadyEvent.class)
    void start() {
        Thread thread = new Thread(this::walk, "tour");
        thread.setDaemon(true);
        thread.start();
    }

    private void walk() {
        try {
            new Tour("http://localhost:" + context.getWebServer().getPort(), System.out).walk();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            log.error("the tour stopped half-way; the service goes on", e);
        }
    }
}
