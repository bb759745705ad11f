package io.winnow.security;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.security.authentication.AnonymousAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * How often one caller may ask this process, where a caller without credentials is an address. The headers are those of the
 * IETF's draft of RateLimit fields.
 */
final class RateLimit extends OncePerRequestFilter {

    private static final int PER_SECOND = 200;
    private static final int SECONDS_AT_ONCE = 10;
    private static final int MOST_CALLERS = 100_000;

    private final int perSecond;
    private final int burst;
    private final Refusals refusals;
    private final Cache<String, Bucket> buckets;

    RateLimit(Posture posture, SecuritySettings.RateLimit settings, Refusals refusals) {
        boolean ownMachine = posture.anonymous() && posture.loopback();
        this.perSecond = settings.perSecond() == null ? ownMachine ? 0 : PER_SECOND : settings.perSecond();
        this.burst = settings.burst() == null ? Math.max(1, SECONDS_AT_ONCE * perSecond) : settings.burst();
        this.refusals = refusals;
        // A bucket that nobody drew from while it filled up is as good as a new one.
        this.buckets = Caffeine.newBuilder()
                .maximumSize(MOST_CALLERS)
                .expireAfterAccess(Duration.ofSeconds(1 + burst / Math.max(1, perSecond)))
                .build();
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return Operation.isHealth(request);
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if (admits(request, response)) {
            chain.doFilter(request, response);
        }
    }

    /** @return false when the request has been answered with 429 */
    boolean admits(HttpServletRequest request, HttpServletResponse response) {
        if (perSecond <= 0) {
            return true;
        }
        ConsumptionProbe probe =
                buckets.get(caller(request), caller -> fullBucket()).tryConsumeAndReturnRemaining(1);
        response.setHeader("RateLimit-Policy", "\"caller\";q=%d;w=%d".formatted(burst, ceil(burst, perSecond)));
        response.setHeader(
                "RateLimit",
                "\"caller\";r=%d;t=%d".formatted(probe.getRemainingTokens(), seconds(probe.getNanosToWaitForReset())));
        if (!probe.isConsumed()) {
            response.setHeader(
                    HttpHeaders.RETRY_AFTER, Long.toString(Math.max(1, seconds(probe.getNanosToWaitForRefill()))));
            refusals.refuse(
                    request,
                    response,
                    HttpStatus.TOO_MANY_REQUESTS,
                    "a caller may ask %d times a second, and %d times at once".formatted(perSecond, burst));
        }
        return probe.isConsumed();
    }

    private Bucket fullBucket() {
        return Bucket.builder()
                .addLimit(limit -> limit.capacity(burst).refillGreedy(perSecond, Duration.ofSeconds(1)))
                .build();
    }

    private static String caller(HttpServletRequest request) {
        Authentication caller = SecurityContextHolder.getContext().getAuthentication();
        return caller == null || caller instanceof AnonymousAuthenticationToken
                ? "address:" + request.getRemoteAddr()
                : caller.getName();
    }

    private static long seconds(long nanos) {
        return ceil(nanos, TimeUnit.SECONDS.toNanos(1));
    }

    private static long ceil(long amount, long unit) {
        return (amount + unit - 1) / unit;
    }
}
