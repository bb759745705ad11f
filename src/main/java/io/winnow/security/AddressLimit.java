package io.winnow.security;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.http.HttpStatus;
import org.springframework.web.filter.OncePerRequestFilter;

/** Refuses addresses, path and query together, that are longer than any that this service makes. */
final class AddressLimit extends OncePerRequestFilter {

    static final int LONGEST = 8 * 1024;

    private final Refusals refusals;

    AddressLimit(Refusals refusals) {
        this.refusals = refusals;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        String query = request.getQueryString();
        int length = request.getRequestURI().length() + (query == null ? 0 : 1 + query.length());
        if (length > LONGEST) {
            refusals.refuse(
                    request,
                    response,
                    HttpStatus.URI_TOO_LONG,
                    "the address is longer than %d characters".formatted(LONGEST));
        } else {
            chain.doFilter(request, response);
        }
    }
}
