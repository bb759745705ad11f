package io.winnow.platform.web;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Locale;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.util.unit.DataSize;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.servlet.HandlerExceptionResolver;

/**
 * Refuses bodies above {@code winnow.web.max-body} with 413, by their declared length or, where none is declared, once that
 * much has been read. Imported score sets carry data and have a limit of their own; so have forms, whose parts the container
 * counts where no length is declared; a form with a model is no larger than {@code winnow.models.torchscript.max-file} and what
 * is said of it.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
class BodyLimit extends OncePerRequestFilter {

    /** Metadata, names and boundaries of a form that brings a model. */
    private static final long BESIDE_MODEL = 1 << 17;

    private final long limit;
    private final long uploadLimit;
    private final long modelLimit;
    private final HandlerExceptionResolver problems;

    BodyLimit(
            @Value("${winnow.web.max-body:1MB}") DataSize limit,
            @Value("${winnow.data.max-upload:10GB}") DataSize uploadLimit,
            @Value("${winnow.models.torchscript.max-file:512MB}") DataSize modelFileLimit,
            @Qualifier("handlerExceptionResolver") HandlerExceptionResolver problems) {
        this.limit = limit.toBytes();
        this.uploadLimit = uploadLimit.toBytes();
        this.modelLimit = modelFileLimit.toBytes() + BESIDE_MODEL;
        this.problems = problems;
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return request.getRequestURI().equals("/score-sets") && !isForm(request);
    }

    private static boolean isForm(HttpServletRequest request) {
        String type = request.getContentType();
        return type != null && type.toLowerCase(Locale.ROOT).startsWith("multipart/");
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        boolean form = isForm(request);
        long most = !form ? limit : request.getRequestURI().equals("/models") ? modelLimit : uploadLimit;
        if (request.getContentLengthLong() > most) {
            problems.resolveException(request, response, null, new BodyTooLargeException(most));
        } else {
            chain.doFilter(
                    form || request.getContentLengthLong() >= 0 ? request : new Limited(request, limit), response);
        }
    }

    /** The body is larger than this service reads; answered with 413. */
    static final class BodyTooLargeException extends RuntimeException {

        /** Of a form, larger than all that it may bring. */
        BodyTooLargeException() {
            super("the body is larger than an upload may be (winnow.data.max-upload)");
        }

        BodyTooLargeException(long limit) {
            super("the body is larger than %d bytes".formatted(limit));
        }
    }

    /** Counts what is read of a body whose length was not declared. */
    private static final class Limited extends HttpServletRequestWrapper {

        private final long limit;

        Limited(HttpServletRequest request, long limit) {
            super(request);
            this.limit = limit;
        }

        @Override
        public ServletInputStream getInputStream() throws IOException {
            ServletInputStream in = super.getInputStream();
            return new ServletInputStream() {
                private long read;

                @Override
                public int read() throws IOException {
                    int value = in.read();
                    count(value < 0 ? 0 : 1);
                    return value;
                }

                @Override
                public int read(byte[] target, int offset, int length) throws IOException {
                    int n = in.read(target, offset, length);
                    count(Math.max(0, n));
                    return n;
                }

                private void count(int n) {
                    read += n;
                    if (read > limit) {
                        throw new BodyTooLargeException(limit);
                    }
                }

                @Override
                public boolean isFinished() {
                    return in.isFinished();
                }

                @Override
                public boolean isReady() {
                    return in.isReady();
                }

                @Override
                public void setReadListener(ReadListener listener) {
                    in.setReadListener(listener);
                }
            };
        }
    }
}
