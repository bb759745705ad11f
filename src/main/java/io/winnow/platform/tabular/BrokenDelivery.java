package io.winnow.platform.tabular;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Breaks the connection when a list failed half-way. Its status is sent by then, and an answer that ended in good order
 * would pass for a shorter list.
 */
@Component
class BrokenDelivery extends OncePerRequestFilter {

    private static final String FAILED = BrokenDelivery.class.getName();

    static void note(HttpServletRequest request) {
        request.setAttribute(FAILED, true);
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        chain.doFilter(request, response);
        if (response.isCommitted() && request.getAttribute(FAILED) != null) {
            throw new IOException("a list could not be sent to its end");
        }
    }
}
