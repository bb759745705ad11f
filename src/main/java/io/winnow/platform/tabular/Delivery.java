package io.winnow.platform.tabular;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.HexFormat;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.springframework.http.HttpHeaders;
import org.springframework.web.context.request.ServletWebRequest;

/**
 * Sends a list with a strong ETag. The tag is made of what the list follows from, so that a 304 costs no list. Compression is
 * done here rather than by the server: the two encodings are different bytes and have different tags, as a strong tag demands.
 */
public final class Delivery {

    private static final int FAST = Deflater.BEST_SPEED;

    private final ServletWebRequest exchange;
    private final Format format;
    private final String fileName;

    /**
     * @param fileName of a download, without its extension; ASCII
     */
    public Delivery(HttpServletRequest request, HttpServletResponse response, Format format, String fileName) {
        this.exchange = new ServletWebRequest(request, response);
        this.format = format;
        this.fileName = fileName;
    }

    /** Writes the body. */
    @FunctionalInterface
    public interface Body {

        /** @param out not to be closed */
        void writeTo(OutputStream out) throws IOException;
    }

    /**
     * Whether the client has this very list: then 304 is answered and nothing is left to do.
     *
     * @param identity all that the bytes follow from, the format left out
     */
    public boolean isKnown(String identity) {
        HttpServletResponse response = exchange.getResponse();
        response.addHeader(HttpHeaders.VARY, "Accept, Accept-Encoding");
        response.setHeader(HttpHeaders.CACHE_CONTROL, "private, no-cache");
        return exchange.checkNotModified(
                '"' + digest(identity + '|' + format.label()) + (gzips() ? "-gzip" : "") + '"');
    }

    /**
     * Sends the list.
     *
     * @param length of the body in bytes, or −1 where it is not known before
     */
    public void send(long length, Body body) throws IOException {
        HttpServletResponse response = exchange.getResponse();
        response.setContentType(format.contentType());
        if (format != Format.JSON) {
            response.setHeader(
                    HttpHeaders.CONTENT_DISPOSITION,
                    "attachment; filename=\"%s.%s\"".formatted(fileName, format.label()));
        }
        boolean gzip = gzips();
        if (gzip) {
            response.setHeader(HttpHeaders.CONTENT_ENCODING, "gzip");
        } else if (length >= 0) {
            response.setContentLengthLong(length);
        }
        if ("HEAD".equals(exchange.getRequest().getMethod())) {
            return;
        }
        try {
            write(body, gzip, response.getOutputStream());
        } catch (IOException | RuntimeException e) {
            BrokenDelivery.note(exchange.getRequest());
            throw e;
        }
    }

    private static void write(Body body, boolean gzip, OutputStream out) throws IOException {
        if (!gzip) {
            body.writeTo(out);
            return;
        }
        try (FastGzip compressed = new FastGzip(out)) {
            body.writeTo(compressed);
            compressed.finish();
        }
    }

    private boolean gzips() {
        return format.compressible() && acceptsGzip(exchange.getRequest());
    }

    private static boolean acceptsGzip(HttpServletRequest request) {
        double any = 0;
        double gzip = -1;
        for (String header : Collections.list(request.getHeaders(HttpHeaders.ACCEPT_ENCODING))) {
            for (String item : header.split(",")) {
                String[] parts = item.strip().split("\\s*;\\s*");
                double quality = parts.length > 1 ? quality(parts[1]) : 1;
                if (parts[0].equalsIgnoreCase("gzip") || parts[0].equalsIgnoreCase("x-gzip")) {
                    gzip = quality;
                } else if (parts[0].equals("*")) {
                    any = quality;
                }
            }
        }
        return (gzip >= 0 ? gzip : any) > 0;
    }

    private static double quality(String parameter) {
        return parameter.matches("[qQ]=[01](\\.[0-9]{0,3})?") ? Double.parseDouble(parameter.substring(2)) : 0;
    }

    private static String digest(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The fastest level, and closing it frees the deflater without closing the response. */
    private static final class FastGzip extends GZIPOutputStream {

        FastGzip(OutputStream out) throws IOException {
            super(out, 1 << 16);
            def.setLevel(FAST);
        }

        @Override
        public void close() {
            def.end();
        }
    }
}
