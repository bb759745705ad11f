package io.winnow.dataset.source;

import io.winnow.dataset.BadDataException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Predicate;
import javax.net.ssl.SSLContext;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.CloseableHttpResponse;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.http.io.support.ClassicRequestBuilder;
import org.apache.hc.core5.ssl.SSLContexts;
import org.apache.hc.core5.util.Timeout;

/**
 * Asks one address and follows nothing. A host is looked up once for a connection, its addresses are checked, and it is those
 * that are connected to: a name whose answer changes leads nowhere else.
 */
final class HttpsFetcher {

    private static final Timeout PATIENCE = Timeout.ofSeconds(30);

    private final CloseableHttpClient client;
    private final Duration timeout;

    /** Looks up a host. */
    interface Lookup {

        InetAddress[] of(String host) throws UnknownHostException;
    }

    HttpsFetcher(SourceProperties.Https settings) {
        this(
                settings.timeout(),
                SSLContexts.createSystemDefault(),
                InetAddress::getAllByName,
                settings.privateAddresses() ? address -> true : PublicAddresses::contain);
    }

    HttpsFetcher(Duration timeout, SSLContext trust, Lookup lookup, Predicate<InetAddress> mayBeAsked) {
        this.timeout = timeout;
        // No proxy, no cookies, no user, no second try, no decompression: what is not switched on cannot be abused.
        this.client = HttpClients.custom()
                .setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create()
                        .setDnsResolver(new CheckedLookup(lookup, mayBeAsked))
                        .setTlsSocketStrategy(new DefaultClientTlsStrategy(trust))
                        .setDefaultConnectionConfig(ConnectionConfig.custom()
                                .setConnectTimeout(PATIENCE)
                                .setSocketTimeout(PATIENCE)
                                .setTimeToLive(Timeout.ofSeconds(1))
                                .build())
                        .setDefaultSocketConfig(
                                SocketConfig.custom().setSoTimeout(PATIENCE).build())
                        .build())
                .setDefaultRequestConfig(
                        RequestConfig.custom().setResponseTimeout(PATIENCE).build())
                .disableRedirectHandling()
                .disableContentCompression()
                .disableAutomaticRetries()
                .disableCookieManagement()
                .setConnectionReuseStrategy((request, response, context) -> false)
                .disableAuthCaching()
                .setUserAgent("winnow")
                .build();
    }

    /** @throws BadDataException when there is no answer */
    CloseableHttpResponse get(URI address) throws IOException {
        try {
            return CloseableHttpResponse.adapt(client.executeOpen(
                    HttpHost.create(address),
                    ClassicRequestBuilder.get(address)
                            .addHeader(HttpHeaders.ACCEPT_ENCODING, "identity")
                            .build(),
                    null));
        } catch (BlockedHostException e) {
            throw new BadDataException(
                    "the host %s has an address that is not of the public internet ".formatted(address.getHost())
                            + "(winnow.data.https.private-addresses)");
        } catch (UnknownHostException e) {
            throw new BadDataException("the host %s is not known".formatted(address.getHost()));
        } catch (IOException e) {
            throw new BadDataException("the host %s cannot be reached or does not speak HTTPS: %s"
                    .formatted(address.getHost(), e.getClass().getSimpleName()));
        }
    }

    /** Writes a body to a file, as long as it is neither too much nor takes too long. */
    void store(InputStream body, Path file, Intake intake) throws IOException {
        long deadline = System.nanoTime() + timeout.toNanos();
        byte[] buffer = new byte[1 << 16];
        byte[] head = head(body);
        if (Archives.Kind.of(head) == null) {
            throw new BadDataException(
                    "the location's file " + Archives.unknown().getMessage());
        }
        long length = head.length;
        try (OutputStream out = Files.newOutputStream(file)) {
            out.write(head);
            for (int n = read(body, buffer); n >= 0; n = read(body, buffer)) {
                length += n;
                intake.announce(length);
                out.write(buffer, 0, n);
                if (System.nanoTime() - deadline > 0) {
                    throw new BadDataException(
                            "the download took longer than %s (winnow.data.https.timeout)".formatted(timeout));
                }
            }
        }
    }

    private static byte[] head(InputStream body) throws BadDataException {
        try {
            return body.readNBytes(Archives.Kind.HEAD);
        } catch (IOException e) {
            throw new BadDataException("the download broke off");
        }
    }

    private static int read(InputStream body, byte[] buffer) throws BadDataException {
        try {
            return body.read(buffer);
        } catch (IOException e) {
            throw new BadDataException("the download broke off");
        }
    }

    /** The host may not be asked. */
    private static final class BlockedHostException extends UnknownHostException {

        BlockedHostException(String host) {
            super(host);
        }
    }

    private record CheckedLookup(Lookup lookup, Predicate<InetAddress> mayBeAsked) implements DnsResolver {

        @Override
        public InetAddress[] resolve(String host) throws UnknownHostException {
            InetAddress[] addresses = lookup.of(host);
            for (InetAddress address : addresses) {
                if (!mayBeAsked.test(address)) {
                    throw new BlockedHostException(host);
                }
            }
            return addresses;
        }

        @Override
        public String resolveCanonicalHostname(String host) {
            return host;
        }
    }
}
