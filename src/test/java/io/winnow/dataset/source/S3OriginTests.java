package io.winnow.dataset.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.winnow.dataset.BadDataException;
import io.winnow.dataset.SourceFiles;
import io.winnow.platform.InvalidRequestException;
import io.winnow.testing.ArchiveFixture;
import io.winnow.testing.ArchiveFixture.Member;
import io.winnow.testing.IdxFixture;
import io.winnow.testing.Registrations;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.util.unit.DataSize;

/** Data is fetched from a real object store, from the buckets and prefixes that are allowed. */
class S3OriginTests {

    @TempDir
    static Path shared;

    static ObjectStore store;

    @TempDir
    Path folder;

    Sandbox sandbox;

    @BeforeAll
    static void fillStore() throws IOException {
        store = ObjectStore.shared();
        for (String bucket : List.of("images", "secrets")) {
            store.bucket(bucket);
        }
        store.putFolder("images", "fashion", IdxFixture.write(shared.resolve("fashion"), 90, 30, 6, 3));
        store.put("images", "fashion-private/train-labels", "other".getBytes());
        store.put(
                "images",
                "packed/fashion.zip",
                ArchiveFixture.of(
                        "zip", List.of(Member.file("a/1", "one".getBytes()), Member.file("b/2", "two".getBytes()))));
        store.put("images", "large/one", new byte[3 << 20]);
        store.put("images", "large/two", new byte[3 << 20]);
        store.put("images", "odd/C:b", "x".getBytes());
        store.put("images", "twice/a", "x".getBytes());
        store.put("images", "twice/A", "x".getBytes());
        store.put("images", "noise/file.bin", "x".getBytes());
        store.put("secrets", "key", "x".getBytes());
        IntStream.range(0, 30).forEach(i -> store.put("images", "many/" + i, new byte[1]));
    }

    @BeforeEach
    void allowABucket() {
        sandbox = sandbox("images");
    }

    private Sandbox sandbox(String... allowed) {
        SourceProperties.S3 s3 =
                new SourceProperties.S3(List.of(allowed), store.endpoint, "us-east-1", true, "key", "secret");
        SourceProperties limits =
                new SourceProperties(DataSize.ofMegabytes(10), DataSize.ofMegabytes(5), 20, s3, Sandbox.NO_HOST);
        return new Sandbox(folder, limits, new S3Origin(limits));
    }

    @Test
    void fetchesAllObjectsBelowAPrefixWithTheirVersions() throws IOException {
        SourceFiles files = sandbox.files("s3://images/fashion", "idx");
        assertThat(files.match(List.of("*"), "files.train"))
                .extracting(Path::toString)
                .containsExactly(
                        "/t10k-images-idx3-ubyte",
                        "/t10k-labels-idx1-ubyte",
                        "/train-images-idx3-ubyte",
                        "/train-labels-idx1-ubyte");
        Path place = folder.resolve("work/sources/" + sandbox.dataset);
        assertThat(Manifest.read(place).orElseThrow().files())
                .allSatisfy(entry -> assertThat(entry.version()).matches("\"[0-9a-f]{32}\""));
    }

    @Test
    void fetchesOneObjectAndUnpacksIt() throws IOException {
        SourceFiles files = sandbox.files("s3://images/packed/fashion.zip", "image-folder");
        assertThat(new String(files.read(Path.of("/b/2"), 10))).isEqualTo("two");
    }

    @Test
    void tellsWhatChangedSinceItWasFetched() throws IOException {
        for (String key : List.of("moving/a", "moving/b", "moving.zip")) {
            store.put("images", key, ArchiveFixture.of("zip", List.of(Member.file("x", new byte[1]))));
        }
        String folderLocation = "s3://images/moving";
        sandbox.files(folderLocation, "idx");
        assertThat(change(folderLocation)).isEmpty();
        store.put("images", "moving/a", "else".getBytes());
        assertThat(change(folderLocation)).contains("a has other content");
        sandbox.staging.delete(sandbox.dataset);
        sandbox.files(folderLocation, "idx");
        store.put("images", "moving/c", "new".getBytes());
        assertThat(change(folderLocation)).contains("c was added");
        for (String key : List.of("moving/b", "moving/c")) {
            store.client.deleteObject(request -> request.bucket("images").key(key));
        }
        assertThat(change(folderLocation)).contains("b is gone");
        sandbox.staging.delete(sandbox.dataset);
        sandbox.files("s3://images/moving.zip", "idx");
        assertThat(change("s3://images/moving.zip")).isEmpty();
        store.put("images", "moving.zip", "else".getBytes());
        assertThat(change("s3://images/moving.zip")).contains("s3://images/moving.zip has other content");
    }

    private Optional<String> change(String location) throws IOException {
        return sandbox.staging.change(sandbox.dataset, Registrations.of("x", "idx", location));
    }

    @Test
    void takesAPrefixForAFolder() throws IOException {
        assertThat(sandbox.files("s3://images/fashion/", "idx").match(List.of("**"), "files.train"))
                .hasSize(4);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "s3://",
                "s3:///fashion",
                "s3:images/fashion",
                "s3://secrets/key",
                "s3://secrets",
                "s3://images-private/x",
                "s3://IMAGES/fashion",
                "s3://images:9000/fashion",
                "s3://user@images/fashion",
                "s3://images@secrets/key",
                "s3://images/../secrets/key",
                "s3://images/fashion/../../secrets/key",
                "s3://images/%2e%2e/secrets/key",
                "s3://images//fashion",
                "s3://images/./fashion",
                "s3://images/fashion?versionId=1",
                "s3://images/fashion#x",
                "s3://images/a%00b",
                "s3://images/a%5cb",
                "s3://images/a%0d%0ab",
                "s3://127.0.0.1/images",
                "s3://[::1]/images",
                "S3://images/fashion",
                "s3a://images/fashion"
            })
    void refusesALocationThatIsNotInAnAllowedBucket(String location) {
        assertThatThrownBy(() -> sandbox.staging.check(location))
                .isInstanceOfSatisfying(
                        InvalidRequestException.class,
                        e -> assertThat(e.violations().get(0).field()).isEqualTo("location"));
    }

    @Test
    void takesAnAllowedPrefixByItsWholeParts() {
        sandbox = sandbox("images/fashion");
        sandbox.staging.check("s3://images/fashion");
        sandbox.staging.check("s3://images/fashion/train");
        for (String location : List.of(
                "s3://images/fashion-private", "s3://images", "s3://images/fash", "s3://images/packed/fashion.zip")) {
            assertThatThrownBy(() -> sandbox.staging.check(location))
                    .hasMessageContaining("must be in a bucket and prefix that are allowed");
        }
    }

    @Test
    void refusesEveryBucketUnlessOneIsAllowed() {
        sandbox = sandbox();
        assertThatThrownBy(() -> sandbox.staging.check("s3://images/fashion"))
                .hasMessageContaining("no bucket is allowed (winnow.data.s3.allowed)");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "s3://images/large", // more bytes in all
                "s3://images/many", // more objects
                "s3://images/odd", // a name with a drive
                "s3://images/twice", // names that some disk takes for one
                "s3://images/none", // no object
                "s3://images/noise/file.bin" // neither archive nor data
            })
    void keepsNothingOfWhatItRefuses(String location) {
        assertThatThrownBy(() -> sandbox.files(location, "idx")).isInstanceOf(BadDataException.class);
        assertThat(sandbox.left()).isEmpty();
    }

    @Test
    void tellsOfABucketThatIsNotThereByItsStatus() {
        sandbox = sandbox("nobucket");
        assertThatThrownBy(() -> sandbox.files("s3://nobucket/x", "idx"))
                .isInstanceOf(BadDataException.class)
                .hasMessageContaining("status 404");
    }

    @Test
    void doesNotTellTheKeysOfTheStore() {
        assertThat(new SourceProperties.S3(List.of(), null, "r", true, "the-key", "the-secret").toString())
                .doesNotContain("the-key", "the-secret");
    }
}
