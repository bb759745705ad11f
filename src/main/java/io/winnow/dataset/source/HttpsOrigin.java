package io.winnow.dataset.source;

import io.winnow.dataset.BadDataException;
import io.winnow.platform.InvalidRequestException;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.hc.client5.http.impl.classic.CloseableHttpResponse;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.io.CloseMode;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * One file, mostly an archive, from a host of the allow-list. Every address on the way is checked like the first one, before
 * anything of its answer is stored.
 */
@Component
final class HttpsOrigin implements Origin {

    private static final String FIELD = "location";
    private static final int MOST_REDIRECTS = 3;
    private static final int HTTPS_PORT = 443;
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
    private static final Set<String> TYPES = Set.of(
            "application/octet-stream",
            "binary/octet-stream",
            "application/zip",
            "application/x-zip-compressed",
            "application/gzip",
            "application/x-gzip",
            "application/x-tar",
            "application/x-gtar",
            "application/x-compressed-tar",
            "application/vnd.apache.parquet");

    private final List<String> allowed;
    private final HttpsFetcher fetcher;

    @Autowired
    HttpsOrigin(SourceProperties properties) {
        this(properties.https().allowed(), new HttpsFetcher(properties.https()));
    }

    HttpsOrigin(List<String> allowed, HttpsFetcher fetcher) {
        this.allowed = allowed.stream()
                .map(host -> host.strip().toLowerCase(Locale.ROOT))
                .map(host -> host.matches(".*:[0-9]+") ? host : host + ":" + HTTPS_PORT)
                .toList();
        this.fetcher = fetcher;
    }

    @Override
    public String scheme() {
        return "https";
    }

    @Override
    public void check(URI location) {
        if (location.getRawQuery() != null) {
            throw new InvalidRequestException(
                    FIELD, "must be without a query: locations are shown to all who may read, secrets in them too");
        }
        String problem = problem(location);
        if (problem != null) {
            throw new InvalidRequestException(FIELD, problem);
        }
    }

    /** What is wrong with an address, the first one or one that another led to; null when it may be asked. */
    private @Nullable String problem(URI address) {
        if (!"https".equals(address.getScheme()) || address.getHost() == null) {
            return "must be an address like https://data.example.org/fashion.zip";
        }
        if (address.getRawUserInfo() != null || address.getRawFragment() != null) {
            return "must be without a user, a password and a fragment";
        }
        String host = address.getHost().toLowerCase(Locale.ROOT);
        int port = address.getPort() < 0 ? HTTPS_PORT : address.getPort();
        if (!allowed.contains(host + ":" + port)) {
            return allowed.isEmpty()
                    ? "cannot be an address: no host is allowed (winnow.data.https.allowed)"
                    : "must be of an allowed host (winnow.data.https.allowed), which %s:%d is not"
                            .formatted(host, port);
        }
        return null;
    }

    @Override
    public void fetch(URI location, String format, Intake intake) throws IOException {
        URI address = location;
        for (int redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
            String problem = problem(address);
            if (problem != null) {
                throw new BadDataException(
                        redirects == 0
                                ? "the location " + problem
                                : "the location leads to an address that " + problem);
            }
            CloseableHttpResponse answer = fetcher.get(address);
            try {
                if (!REDIRECTS.contains(answer.getCode())) {
                    take(answer, format, intake);
                    return;
                }
                address = target(address, answer);
            } finally {
                // Another way of closing would read the body to its end, which there may be none of.
                answer.close(CloseMode.IMMEDIATE);
            }
        }
        throw new BadDataException("the location leads to more than %d others".formatted(MOST_REDIRECTS));
    }

    private static URI target(URI from, ClassicHttpResponse answer) throws BadDataException {
        Header target = answer.getFirstHeader(HttpHeaders.LOCATION);
        try {
            if (target != null) {
                return from.resolve(new URI(target.getValue()));
            }
        } catch (URISyntaxException e) {
            // Told below, together with an answer that leads nowhere at all.
        }
        throw new BadDataException("the location leads to what is no address");
    }

    private void take(ClassicHttpResponse answer, String format, Intake intake) throws IOException {
        HttpEntity entity = answer.getEntity();
        if (answer.getCode() != 200 || entity == null) {
            throw new BadDataException("the location answers with status %d".formatted(answer.getCode()));
        }
        ContentType type = ContentType.parseLenient(entity.getContentType());
        if (type != null && !TYPES.contains(type.getMimeType().toLowerCase(Locale.ROOT))) {
            throw new BadDataException("the location answers with %s, not with an archive or another file of data"
                    .formatted(EntryName.shown(type.getMimeType())));
        }
        if (entity.getContentEncoding() != null && !entity.getContentEncoding().equalsIgnoreCase("identity")) {
            throw new BadDataException("the location answers with a compression that was not asked for");
        }
        if (entity.getContentLength() > 0) {
            intake.announce(entity.getContentLength());
        }
        Path file = intake.scratch();
        fetcher.store(entity.getContent(), file, intake);
        Header version = answer.getFirstHeader(HttpHeaders.ETAG);
        if (version != null) {
            intake.from(version.getValue());
        }
        Archives.take(file, format, intake);
    }
}
