package io.winnow.dataset.source;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * What may be brought from elsewhere, and how much of it.
 *
 * @param maxUpload the largest upload
 * @param maxDataset the largest data of one dataset, as it is after unpacking
 * @param maxFiles the most files of one dataset
 * @param s3 object stores
 * @param https addresses
 */
@ConfigurationProperties("winnow.data")
record SourceProperties(
        @DefaultValue("10GB") DataSize maxUpload,
        @DefaultValue("100GB") DataSize maxDataset,
        @DefaultValue("500000") int maxFiles,
        @DefaultValue S3 s3,
        @DefaultValue Https https) {

    /**
     * @param allowed buckets, {@code images}, or their prefixes, {@code images/train}; none by default
     * @param endpoint of a store that is not Amazon's
     * @param region as the store wants it
     * @param pathStyle whether the bucket stands in the path, as most stores other than Amazon's have it
     * @param accessKey with its secret; without, the usual places of the AWS SDK are looked at
     */
    record S3(
            @DefaultValue List<String> allowed,
            @Nullable URI endpoint,
            @DefaultValue("us-east-1") String region,
            @DefaultValue("false") boolean pathStyle,
            @Nullable String accessKey,
            @Nullable String secretKey) {

        @Override
        public String toString() {
            return "S3[allowed=%s, endpoint=%s, region=%s]".formatted(allowed, endpoint, region);
        }
    }

    /**
     * @param allowed hosts, {@code data.example.org} or {@code data.example.org:8443}; none by default
     * @param privateAddresses whether an allowed host may have an address that is not of the public internet
     * @param timeout for the whole of a download
     */
    record Https(
            @DefaultValue List<String> allowed,
            @DefaultValue("false") boolean privateAddresses,
            @DefaultValue("1h") Duration timeout) {}
}
