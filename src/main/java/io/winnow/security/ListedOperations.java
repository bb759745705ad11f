package io.winnow.security;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import org.springframework.http.HttpMethod;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.servlet.resource.NoResourceFoundException;

/** Lets only what has a row in the table reach the code that answers. */
final class ListedOperations extends OncePerRequestFilter {

    private final Refusals refusals;

    ListedOperations(Refusals refusals) {
        this.refusals = refusals;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        String path = Operation.pathOf(request);
        String method = request.getMethod();
        List<String> methods = Operation.at(path)
                .map(operation -> operation.method().name())
                .distinct()
                .toList();
        if (methods.isEmpty()) {
            refusals.answer(request, response, new NoResourceFoundException(HttpMethod.valueOf(method), path, path));
        } else if (method.equals(HttpMethod.OPTIONS.name())
                || Operation.of(request).isPresent()) {
            chain.doFilter(request, response);
        } else {
            refusals.answer(request, response, new HttpRequestMethodNotSupportedException(method, methods));
        }
    }
}
