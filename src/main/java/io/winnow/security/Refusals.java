package io.winnow.security;

import io.winnow.platform.web.RefusedException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.security.authentication.AuthenticationServiceException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.HandlerExceptionResolver;

/** Writes what the filters refuse as the problems that all other errors are. */
@Component
class Refusals {

    private static final String REALM = "Bearer realm=\"winnow\"";

    private final HandlerExceptionResolver problems;

    Refusals(@Qualifier("handlerExceptionResolver") HandlerExceptionResolver problems) {
        this.problems = problems;
    }

    void refuse(HttpServletRequest request, HttpServletResponse response, HttpStatus status, String detail) {
        answer(request, response, new RefusedException(status, detail));
    }

    void answer(HttpServletRequest request, HttpServletResponse response, Exception problem) {
        problems.resolveException(request, response, null, problem);
    }

    /** Nobody said who asks. */
    void withoutCredentials(HttpServletRequest request, HttpServletResponse response) {
        response.setHeader(HttpHeaders.WWW_AUTHENTICATE, REALM);
        refuse(
                request,
                response,
                HttpStatus.UNAUTHORIZED,
                "this needs a caller with the scope %s: send an API key or a token as 'Authorization: Bearer …'"
                        .formatted(scopeOf(request)));
    }

    /** The caller is known and may not do this. */
    void withoutScope(HttpServletRequest request, HttpServletResponse response) {
        Scope scope = scopeOf(request);
        response.setHeader(
                HttpHeaders.WWW_AUTHENTICATE, "%s, error=\"insufficient_scope\", scope=\"%s\"".formatted(REALM, scope));
        refuse(
                request,
                response,
                HttpStatus.FORBIDDEN,
                "this takes the scope %s, which the caller does not have".formatted(scope));
    }

    /** The credentials do not hold, or nobody can be asked whether they do. Why is not told: it would help to guess. */
    void badCredentials(HttpServletRequest request, HttpServletResponse response, AuthenticationException e) {
        if (e instanceof AuthenticationServiceException) {
            response.setHeader(HttpHeaders.RETRY_AFTER, "5");
            refuse(
                    request,
                    response,
                    HttpStatus.SERVICE_UNAVAILABLE,
                    "credentials cannot be checked at the moment; try again");
            return;
        }
        response.setHeader(HttpHeaders.WWW_AUTHENTICATE, REALM + ", error=\"invalid_token\"");
        refuse(
                request,
                response,
                HttpStatus.UNAUTHORIZED,
                "the API key or token is not one that holds: it is wrong, expired, revoked or made for another service");
    }

    private static Scope scopeOf(HttpServletRequest request) {
        return Operation.of(request).map(Operation::scope).orElse(Scope.READ);
    }
}
