package io.winnow.platform.web;

import io.winnow.platform.ConflictException;
import io.winnow.platform.InvalidRequestException;
import io.winnow.platform.InvalidRequestException.Violation;
import io.winnow.platform.NotFoundException;
import io.winnow.platform.TooManyRequestsException;
import io.winnow.platform.UnprocessableException;
import io.winnow.platform.database.Outage;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.apache.catalina.connector.ClientAbortException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.security.web.firewall.RequestRejectedException;
import org.springframework.web.HttpMediaTypeNotSupportedException;
import org.springframework.web.bind.MethodArgumentNotValidException;
import org.springframework.web.bind.MissingServletRequestParameterException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import org.springframework.web.multipart.MaxUploadSizeExceededException;
import org.springframework.web.multipart.MultipartException;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;
import org.springframework.web.servlet.resource.NoResourceFoundException;

/**
 * Turns every exception into an RFC 9457 problem. A detail says what was wrong and what would be right; what an exception
 * from below says goes to the log only.
 */
@RestControllerAdvice
@Order(Ordered.HIGHEST_PRECEDENCE)
class ProblemHandler extends ResponseEntityExceptionHandler {

    private static final Logger log = LoggerFactory.getLogger(ProblemHandler.class);
    private static final int LONGEST_QUOTE = 100;
    private static final Duration OUTAGE = Duration.ofSeconds(5);
    private static final String CONTENT_TYPE = "Content-Type";

    @ExceptionHandler
    ResponseEntity<Object> on(InvalidRequestException e, WebRequest request) {
        return invalid(e.violations(), e, request);
    }

    @ExceptionHandler
    ResponseEntity<Object> on(NotFoundException e, WebRequest request) {
        return respond(HttpStatus.NOT_FOUND, "not-found", "Not found", e, request);
    }

    @ExceptionHandler
    ResponseEntity<Object> on(ConflictException e, WebRequest request) {
        return respond(HttpStatus.CONFLICT, "conflict", "Conflict with the present state", e, request);
    }

    @ExceptionHandler
    ResponseEntity<Object> on(UnprocessableException e, WebRequest request) {
        return respond(HttpStatus.UNPROCESSABLE_CONTENT, "contradiction", "Contradicts an earlier request", e, request);
    }

    @ExceptionHandler
    ResponseEntity<Object> on(RefusedException e, WebRequest request) {
        return respond(e.status(), slug(e.status()), e.status().getReasonPhrase(), e, request);
    }

    @ExceptionHandler
    ResponseEntity<Object> on(TooManyRequestsException e, WebRequest request) {
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(HttpStatus.TOO_MANY_REQUESTS, e.getMessage());
        return later(e, problem, e.retryAfter(), request);
    }

    @ExceptionHandler
    ResponseEntity<Object> on(BodyLimit.BodyTooLargeException e, WebRequest request) {
        ResponseEntity<Object> answer =
                respond(HttpStatus.CONTENT_TOO_LARGE, "content-too-large", "Content too large", e, request);
        ((ProblemDetail) answer.getBody()).setProperty("errors", List.of(new Violation("body", e.getMessage())));
        return answer;
    }

    @ExceptionHandler
    ResponseEntity<Object> on(MethodArgumentTypeMismatchException e, WebRequest request) {
        return invalid(List.of(new Violation(e.getName(), "has an unusable value " + quote(e.getValue()))), e, request);
    }

    /** What the firewall says quotes the request as it is, line breaks and all, so it is not told or logged. */
    @ExceptionHandler
    ResponseEntity<Object> on(RequestRejectedException e, WebRequest request) {
        return invalid(
                List.of(new Violation("query", "has a character in a name or a header that may not be there")),
                e,
                request);
    }

    @ExceptionHandler
    ResponseEntity<Object> on(MultipartException e, WebRequest request) {
        return invalid(List.of(new Violation("body", "is not a well-formed multipart form")), e, request);
    }

    @ExceptionHandler
    @Nullable
    ResponseEntity<Object> on(Exception e, WebRequest request) {
        if (Outage.causes(e)) {
            log.warn("a request could not be answered, the database is not there: {}", e.toString());
            ProblemDetail outage = ProblemDetail.forStatusAndDetail(
                    HttpStatus.SERVICE_UNAVAILABLE,
                    "the database cannot be reached or has no room at the moment; a POST with an Idempotency-Key can be repeated safely");
            return later(e, outage, OUTAGE, request);
        }
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof ClientAbortException) {
                log.debug("a client went away: {}", request.getDescription(false));
                return null;
            }
        }
        log.error("a request failed unexpectedly: {}", request.getDescription(false), e);
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(
                HttpStatus.INTERNAL_SERVER_ERROR, "the service failed to answer; its log says why");
        problem.setType(type("internal-error"));
        return handleExceptionInternal(e, problem, new HttpHeaders(), HttpStatus.INTERNAL_SERVER_ERROR, request);
    }

    @Override
    protected @Nullable ResponseEntity<Object> handleHttpMessageNotReadable(
            HttpMessageNotReadableException e, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof BodyLimit.BodyTooLargeException tooLarge) {
                return on(tooLarge, request);
            }
        }
        return invalid(List.of(UnreadableBody.explain(e)), e, request);
    }

    @Override
    protected @Nullable ResponseEntity<Object> handleMaxUploadSizeExceededException(
            MaxUploadSizeExceededException e, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        return on(new BodyLimit.BodyTooLargeException(), request);
    }

    @Override
    protected @Nullable ResponseEntity<Object> handleMethodArgumentNotValid(
            MethodArgumentNotValidException e, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        List<Violation> violations = e.getBindingResult().getFieldErrors().stream()
                .map(error -> new Violation(
                        error.getField(),
                        error.isBindingFailure()
                                ? "has an unusable value " + quote(error.getRejectedValue())
                                : String.valueOf(error.getDefaultMessage())))
                .toList();
        return invalid(violations, e, request);
    }

    @Override
    protected @Nullable ResponseEntity<Object> handleMissingServletRequestParameter(
            MissingServletRequestParameterException e, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        return invalid(List.of(new Violation(e.getParameterName(), "is required")), e, request);
    }

    @Override
    protected @Nullable ResponseEntity<Object> handleHttpMediaTypeNotSupported(
            HttpMediaTypeNotSupportedException e, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        String message = "must be one of " + MediaType.toString(e.getSupportedMediaTypes());
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(status, CONTENT_TYPE + " " + message);
        problem.setProperty("errors", List.of(new Violation(CONTENT_TYPE, message)));
        return handleExceptionInternal(e, problem, headers, status, request);
    }

    @Override
    protected @Nullable ResponseEntity<Object> handleNoResourceFoundException(
            NoResourceFoundException e, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(
                status, "nothing is at this address; /openapi.yaml tells what there is");
        return handleExceptionInternal(e, problem, headers, status, request);
    }

    /** All problems leave here: those that Spring made get a type of ours too, and none quotes an exception's message. */
    @Override
    protected ResponseEntity<Object> createResponseEntity(
            @Nullable Object body, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        if (body instanceof ProblemDetail problem && isUntyped(problem)) {
            problem.setType(type(status));
        }
        HttpHeaders complete = new HttpHeaders();
        complete.putAll(headers);
        complete.setContentType(MediaType.APPLICATION_PROBLEM_JSON);
        return super.createResponseEntity(body, complete, status, request);
    }

    private ResponseEntity<Object> invalid(List<Violation> violations, Exception e, WebRequest request) {
        Violation first = violations.get(0);
        ProblemDetail problem =
                ProblemDetail.forStatusAndDetail(HttpStatus.BAD_REQUEST, first.field() + " " + first.message());
        problem.setType(type("invalid-request"));
        problem.setTitle("The request is not valid");
        problem.setProperty("errors", violations);
        return handleExceptionInternal(e, problem, new HttpHeaders(), HttpStatus.BAD_REQUEST, request);
    }

    private ResponseEntity<Object> respond(
            HttpStatus status, String type, String title, RuntimeException e, WebRequest request) {
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(status, e.getMessage());
        problem.setType(type(type));
        problem.setTitle(title);
        return handleExceptionInternal(e, problem, new HttpHeaders(), status, request);
    }

    private ResponseEntity<Object> later(Exception e, ProblemDetail problem, Duration retryAfter, WebRequest request) {
        HttpHeaders headers = new HttpHeaders();
        headers.set(HttpHeaders.RETRY_AFTER, Long.toString(Math.max(1, retryAfter.toSeconds())));
        return handleExceptionInternal(e, problem, headers, HttpStatusCode.valueOf(problem.getStatus()), request);
    }

    private static boolean isUntyped(ProblemDetail problem) {
        return problem.getType() == null || URI.create("about:blank").equals(problem.getType());
    }

    static URI type(HttpStatusCode status) {
        return type(slug(status));
    }

    static String title(HttpStatusCode status) {
        HttpStatus known = HttpStatus.resolve(status.value());
        return known == null ? "Status " + status.value() : known.getReasonPhrase();
    }

    private static URI type(String slug) {
        return URI.create("urn:winnow:problem:" + slug);
    }

    private static String slug(HttpStatusCode status) {
        HttpStatus known = HttpStatus.resolve(status.value());
        return known == null
                ? "status-" + status.value()
                : known.getReasonPhrase().toLowerCase(Locale.ROOT).replace(' ', '-');
    }

    private static String quote(@Nullable Object value) {
        String text = String.valueOf(value);
        return "'" + (text.length() > LONGEST_QUOTE ? text.substring(0, LONGEST_QUOTE) + "…" : text) + "'";
    }
}
