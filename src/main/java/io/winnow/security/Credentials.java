package io.winnow.security;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.server.resource.authentication.BearerTokenAuthenticationToken;
import org.springframework.security.web.authentication.AuthenticationConverter;

/**
 * Reads credentials from the headers of a request, and from nowhere else: what is in an address ends up in logs. An API key
 * comes as {@code Authorization: Bearer wnw_…} or {@code X-API-Key: wnw_…}, a token as {@code Authorization: Bearer …}.
 */
final class Credentials implements AuthenticationConverter {

    static final String KEY_HEADER = "X-API-Key";

    private static final String BEARER = "bearer ";

    /** As RFC 6750 writes tokens. */
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9._~+/-]+=*");

    @Override
    public @Nullable Authentication convert(HttpServletRequest request) {
        List<String> keys = Collections.list(request.getHeaders(KEY_HEADER));
        List<String> bearers = Collections.list(request.getHeaders(HttpHeaders.AUTHORIZATION)).stream()
                .filter(value -> value.regionMatches(true, 0, BEARER, 0, BEARER.length()))
                .map(value -> value.substring(BEARER.length()).strip())
                .toList();
        if (keys.isEmpty() && bearers.isEmpty()) {
            return null;
        }
        if (keys.size() + bearers.size() > 1) {
            throw new BadCredentialsException("several credentials");
        }
        String given = keys.isEmpty() ? bearers.get(0) : keys.get(0);
        if (given.startsWith(KeyText.PREFIX)) {
            return new ApiKeyAuthentication.Presented(given);
        }
        if (!keys.isEmpty() || !TOKEN.matcher(given).matches()) {
            throw new BadCredentialsException("neither a key nor a token");
        }
        return new BearerTokenAuthenticationToken(given);
    }
}
