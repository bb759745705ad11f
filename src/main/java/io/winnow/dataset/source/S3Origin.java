package io.winnow.dataset.source;

import io.winnow.dataset.BadDataException;
import io.winnow.platform.InvalidRequestException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Component;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

/** The objects below a prefix of an S3 bucket, or one object that is an archive. */
@Component
final class S3Origin implements Origin, DisposableBean {

    private static final Logger log = LoggerFactory.getLogger(S3Origin.class);
    private static final String FIELD = "location";
    private static final Pattern BUCKET = Pattern.compile("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");

    private final SourceProperties.S3 settings;
    private @Nullable S3Client client;

    S3Origin(SourceProperties properties) {
        this.settings = properties.s3();
    }

    /** @param key of one object, or the prefix of several; empty for the whole bucket */
    private record Place(String bucket, String key) {

        static Place of(URI location) {
            String path = location.getPath() == null ? "" : location.getPath();
            String key = path.startsWith("/") ? path.substring(1) : path;
            return new Place(
                    String.valueOf(location.getRawAuthority()),
                    key.endsWith("/") ? key.substring(0, key.length() - 1) : key);
        }

        String prefix() {
            return key.isEmpty() ? "" : key + "/";
        }

        /** Whether it is the bucket or prefix that an entry of the allow-list names, or lies below it. */
        boolean isIn(String entry) {
            return (bucket + "/" + key + "/").startsWith(entry.endsWith("/") ? entry : entry + "/");
        }
    }

    @Override
    public String scheme() {
        return "s3";
    }

    @Override
    public void check(URI location) {
        Place place = Place.of(location);
        if (!BUCKET.matcher(place.bucket).matches()
                || location.getRawQuery() != null
                || location.getRawFragment() != null) {
            throw new InvalidRequestException(FIELD, "must be an address like s3://bucket/prefix");
        }
        if (!place.key.isEmpty()) {
            try {
                if (!EntryName.of(place.key).equals(place.key)) {
                    throw EntryName.bad(place.key, "has a part that is '.'");
                }
            } catch (BadDataException e) {
                throw new InvalidRequestException(FIELD, "has a prefix that cannot be fetched: " + e.getMessage());
            }
        }
        if (settings.allowed().stream().map(String::strip).noneMatch(place::isIn)) {
            throw new InvalidRequestException(
                    FIELD,
                    settings.allowed().isEmpty()
                            ? "cannot be in an object store: no bucket is allowed (winnow.data.s3.allowed)"
                            : "must be in a bucket and prefix that are allowed (winnow.data.s3.allowed)");
        }
    }

    @Override
    public void fetch(URI location, String format, Intake intake) throws IOException {
        Place place = Place.of(location);
        try {
            if (!place.key.isEmpty() && fetchOne(place, format, intake)) {
                return;
            }
            fetchAll(place, intake);
        } catch (S3Exception e) {
            log.warn("{}: the object store refused", location, e);
            throw new BadDataException(
                    "the object store answers with status %d for %s".formatted(e.statusCode(), location));
        } catch (SdkException e) {
            log.warn("{}: the object store did not answer", location, e);
            throw new BadDataException("the object store does not answer, or there are no credentials for it");
        }
    }

    /** @return false when the key is of no object */
    private boolean fetchOne(Place place, String format, Intake intake) throws IOException {
        String version;
        try {
            var head =
                    client().headObject(request -> request.bucket(place.bucket).key(place.key));
            intake.announce(head.contentLength());
            version = head.eTag();
        } catch (S3Exception e) {
            // Without the right to list, a key that is of no object is a forbidden one.
            if (e.statusCode() == 404 || e.statusCode() == 403) {
                return false;
            }
            throw e;
        }
        Path file = intake.scratch();
        try (InputStream in = open(place.bucket, place.key, version);
                OutputStream out = Files.newOutputStream(file)) {
            byte[] buffer = new byte[1 << 16];
            long length = 0;
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                length += n;
                intake.announce(length);
                out.write(buffer, 0, n);
            }
        }
        intake.from(version);
        Archives.take(file, format, intake);
        return true;
    }

    private void fetchAll(Place place, Intake intake) throws IOException {
        String prefix = place.prefix();
        List<S3Object> objects = objects(place, intake.mostFiles() + 1L);
        if (objects.isEmpty()) {
            throw new BadDataException("there is no object at s3://%s/%s".formatted(place.bucket, place.key));
        }
        if (objects.size() > intake.mostFiles()) {
            throw intake.tooMany();
        }
        long bytes = 0;
        for (S3Object object : objects) {
            EntryName.of(object.key().substring(prefix.length()));
            bytes = Math.addExact(bytes, object.size());
            intake.announce(bytes);
        }
        for (S3Object object : objects) {
            try (InputStream in = open(place.bucket, object.key(), object.eTag())) {
                intake.take(EntryName.of(object.key().substring(prefix.length())), in, object.eTag());
            }
        }
    }

    private List<S3Object> objects(Place place, long most) {
        return client()
                .listObjectsV2Paginator(request -> request.bucket(place.bucket).prefix(place.prefix()))
                .contents()
                .stream()
                .limit(most)
                .filter(object -> !object.key().endsWith("/"))
                .toList();
    }

    @Override
    public Optional<String> change(URI location, Manifest fetched) {
        Place place = Place.of(location);
        try {
            return change(place, fetched);
        } catch (SdkException e) {
            log.warn("{}: whether it changed could not be asked", location, e);
            return Optional.empty();
        }
    }

    private Optional<String> change(Place place, Manifest fetched) {
        if (fetched.version() != null) {
            var head =
                    client().headObject(request -> request.bucket(place.bucket).key(place.key));
            return head.eTag().equals(fetched.version())
                    ? Optional.empty()
                    : Optional.of("s3://%s/%s has other content".formatted(place.bucket, place.key));
        }
        Map<String, String> versions = new HashMap<>();
        fetched.files().forEach(file -> versions.put(file.name(), String.valueOf(file.version())));
        for (S3Object object : objects(place, fetched.files().size() + 1L)) {
            String name = object.key().substring(place.prefix().length());
            String version = versions.remove(name);
            if (!object.eTag().equals(version)) {
                return Optional.of("%s %s".formatted(name, version == null ? "was added" : "has other content"));
            }
        }
        return versions.keySet().stream().sorted().findFirst().map("%s is gone"::formatted);
    }

    /** The object as it was when it was listed: one that changed meanwhile is an error. */
    private InputStream open(String bucket, String key, String version) {
        return client().getObject(request -> request.bucket(bucket).key(key).ifMatch(version));
    }

    /** Made when it is first needed: looking for credentials takes time. */
    private synchronized S3Client client() {
        if (client == null) {
            S3ClientBuilder builder = S3Client.builder()
                    .httpClientBuilder(UrlConnectionHttpClient.builder())
                    .region(Region.of(settings.region()))
                    .credentialsProvider(credentials())
                    .forcePathStyle(settings.pathStyle());
            URI endpoint = settings.endpoint();
            if (endpoint != null && endpoint.getHost() != null) {
                builder.endpointOverride(endpoint);
            }
            client = builder.build();
        }
        return client;
    }

    private AwsCredentialsProvider credentials() {
        String key = settings.accessKey();
        String secret = settings.secretKey();
        return key == null || key.isBlank() || secret == null
                ? DefaultCredentialsProvider.builder().build()
                : StaticCredentialsProvider.create(AwsBasicCredentials.create(key, secret));
    }

    @Override
    public synchronized void destroy() {
        if (client != null) {
            client.close();
        }
    }
}
