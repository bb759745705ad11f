package io.winnow.demo;

import java.io.PrintStream;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.annotation.Profile;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;
import org.springframework.web.client.HttpClientErrorException;

/** Takes the tour once the service is ready, in the profile {@code demo}. */
@Component
@Profile("demo")
class TourOnStart {

    private static final Logger log = LoggerFactory.getLogger(TourOnStart.class);
    private static final Set<String> MAY_SUBMIT = Set.of("submit", "admin");

    private final WebServerApplicationContext context;
    private final PrintStream out;

    @Autowired
    TourOnStart(WebServerApplicationContext context) {
        this(context, System.out);
    }

    TourOnStart(WebServerApplicationContext context, PrintStream out) {
        this.context = context;
        this.out = out;
    }

    @EventListener(ApplicationReadyEvent.class)
    void start() {
        Thread thread = new Thread(this::walk, "tour");
        thread.setDaemon(true);
        thread.start();
    }

    void walk() {
        String address = "http://localhost:" + context.getWebServer().getPort();
        try {
            new Tour(address, key(context.getEnvironment()), out).walk();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (HttpClientErrorException.Unauthorized | HttpClientErrorException.Forbidden e) {
            out.println("""

                       The tour ends here: the service asks for credentials, and among its settings is no API key in clear that
                       may submit. Start it with one,

                           export WINNOW_API_KEY="wnw_$(openssl rand -hex 32)"

                       or without any credentials. The service stays up until you press Ctrl-C.""");
        } catch (RuntimeException e) {
            log.error("the tour stopped half-way; the service goes on", e);
        }
    }

    /** An API key of the settings that may submit, or null when there is none. */
    static @Nullable String key(Environment environment) {
        return Binder.get(environment)
                .bind("winnow.security.keys", Bindable.mapOf(String.class, Key.class))
                .orElse(Map.of())
                .values()
                .stream()
                .filter(Key::maySubmit)
                .map(Key::value)
                .findFirst()
                .orElse(null);
    }

    /** A key as the settings have it; its text shows nothing of it. */
    record Key(@Nullable String value, @Nullable String scope) {

        boolean maySubmit() {
            return value != null
                    && !value.isBlank()
                    && scope != null
                    && MAY_SUBMIT.contains(scope.toLowerCase(Locale.ROOT));
        }

        @Override
        public String toString() {
            return "a key with the scope " + scope;
        }
    }
}
