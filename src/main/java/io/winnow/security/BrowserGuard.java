package io.winnow.security;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Keeps the pages of strangers from using a service that asks for no credentials through a browser that can reach it: by
 * requests of their own, which name their origin, and by names of their own that lead to this machine, which the header Host
 * shows.
 */
final class BrowserGuard extends OncePerRequestFilter {

    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

    /**
     * Of {@code Sec-Fetch-Site}: a page of the service, and a user who typed the address. What listens on another port of this
     * machine is of the same site and a stranger all the same, and its requests without CORS name no origin.
     */
    private static final Set<String> OWN = Set.of("same-origin", "none");

    private final Set<String> hosts;
    private final Refusals refusals;

    BrowserGuard(Posture posture, SecuritySettings settings, Refusals refusals) {
        // On another address without any names given, nobody knows what the service is called.
        this.hosts = posture.loopback() || !settings.hosts().isEmpty()
                ? Stream.concat(LOOPBACK.stream(), settings.hosts().stream())
                        .map(host -> host.toLowerCase(Locale.ROOT))
                        .collect(Collectors.toUnmodifiableSet())
                : Set.of();
        this.refusals = refusals;
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return Operation.isHealth(request);
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if (!hosts.isEmpty() && !hosts.contains(host(request))) {
            refusals.refuse(
                    request,
                    response,
                    HttpStatus.MISDIRECTED_REQUEST,
                    "the service is not known by this name; address it as localhost, or add the name to"
                            + " winnow.security.hosts");
        } else if (isForeign(request)) {
            refusals.refuse(
                    request,
                    response,
                    HttpStatus.FORBIDDEN,
                    "pages of other origins may not use a service that asks for no credentials");
        } else {
            chain.doFilter(request, response);
        }
    }

    private static String host(HttpServletRequest request) {
        String name = request.getServerName().toLowerCase(Locale.ROOT);
        return name.indexOf(':') >= 0 && !name.startsWith("[") ? "[" + name + "]" : name;
    }

    private static boolean isForeign(HttpServletRequest request) {
        String site = request.getHeader("Sec-Fetch-Site");
        return site != null && !OWN.contains(site.toLowerCase(Locale.ROOT))
                || isForeign(request.getHeader(HttpHeaders.ORIGIN), request);
    }

    /** An origin is ours when it is what the request is addressed to, whichever scheme a proxy took away. */
    private static boolean isForeign(@Nullable String origin, HttpServletRequest request) {
        if (origin == null) {
            return false;
        }
        String addressed = request.getHeader(HttpHeaders.HOST);
        return addressed == null
                || !(origin.equalsIgnoreCase("http://" + addressed) || origin.equalsIgnoreCase("https://" + addressed));
    }
}
