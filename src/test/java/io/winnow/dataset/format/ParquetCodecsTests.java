package io.winnow.dataset.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.github.luben.zstd.Zstd;
import com.sun.management.ThreadMXBean;
import io.winnow.testing.IdxFixture;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Random;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.xerial.snappy.Snappy;

/** Pages of Parquet files: their headers may lie. */
class ParquetCodecsTests {

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final byte[] PLAIN = new byte[100_000];

    static {
        new Random(1).nextBytes(PLAIN);
    }

    private static byte[] compressed(CompressionCodecName codec) throws IOException {
        return switch (codec) {
            case SNAPPY -> Snappy.compress(PLAIN);
            case ZSTD -> Zstd.compress(PLAIN);
            case GZIP -> IdxFixture.gzip(PLAIN);
            default -> PLAIN;
        };
    }

    private static byte[] decompressed(CompressionCodecName codec, int announced) throws IOException {
        return new ParquetCodecs()
                .getDecompressor(codec)
                .decompress(BytesInput.from(compressed(codec)), announced)
                .toByteArray();
    }

    @ParameterizedTest
    @EnumSource(names = {"UNCOMPRESSED", "SNAPPY", "ZSTD", "GZIP"})
    void giveWhatWasPackedAndRefuseAnyOtherSizeWithoutMakingRoomForIt(CompressionCodecName codec) throws IOException {
        assertThat(decompressed(codec, PLAIN.length)).isEqualTo(PLAIN);
        for (int announced :
                new int[] {Integer.MAX_VALUE, 512 << 20, 500 << 20, PLAIN.length + 1, PLAIN.length - 1, 0, -1}) {
            long before = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
            assertThatExceptionOfType(IOException.class)
                    .as(codec + " announces " + announced)
                    .isThrownBy(() -> decompressed(codec, announced));
            assertThat(THREADS.getThreadAllocatedBytes(Thread.currentThread().getId()) - before)
                    .as(codec + " announces " + announced)
                    .isLessThan(64 << 20);
        }
    }
}
