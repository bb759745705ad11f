package io.winnow.dataset.format;

import com.github.luben.zstd.ZstdInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.zip.GZIPInputStream;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.xerial.snappy.Snappy;

/**
 * Decompresses the pages of a Parquet file without Hadoop's codecs. A page must decompress to exactly the size that its
 * header announces, which is bounded.
 */
final class ParquetCodecs implements CompressionCodecFactory {

    private static final int LARGEST_PAGE = 512 << 20;

    @Override
    public BytesInputDecompressor getDecompressor(CompressionCodecName codec) {
        return switch (codec) {
            case UNCOMPRESSED -> new Page((bytes, size) -> bytes);
            case SNAPPY ->
                new Page((bytes, size) -> {
                    if (Snappy.uncompressedLength(bytes) != size) {
                        throw new IOException("a page does not decompress to the size of its header");
                    }
                    return Snappy.uncompress(bytes);
                });
            case ZSTD -> new Page((bytes, size) -> read(new ZstdInputStream(new ByteArrayInputStream(bytes)), size));
            case GZIP -> new Page((bytes, size) -> read(new GZIPInputStream(new ByteArrayInputStream(bytes)), size));
            default -> throw new UnknownCodecException(codec);
        };
    }

    /** Takes room for what is there, not for what the header of the page says. */
    private static byte[] read(InputStream packed, int size) throws IOException {
        try (packed) {
            byte[] plain = packed.readNBytes(size);
            if (packed.read() >= 0) {
                throw new IOException("a page does not decompress to the size of its header");
            }
            return plain;
        }
    }

    @Override
    public BytesInputCompressor getCompressor(CompressionCodecName codec) {
        throw new UnsupportedOperationException("only for reading");
    }

    @Override
    public void release() {
        // Nothing is held.
    }

    /** The message is for the user, after the file's name. */
    static final class UnknownCodecException extends RuntimeException {

        UnknownCodecException(CompressionCodecName codec) {
            super("is compressed with " + codec + "; what is read is snappy, zstd, gzip and uncompressed");
        }
    }

    @FunctionalInterface
    private interface Codec {
        byte[] decompress(byte[] bytes, int size) throws IOException;
    }

    private record Page(Codec codec) implements BytesInputDecompressor {

        @Override
        public BytesInput decompress(BytesInput bytes, int size) throws IOException {
            if (size < 0 || size > LARGEST_PAGE) {
                throw new IOException("a page announces %d bytes".formatted(size));
            }
            byte[] plain;
            try {
                plain = codec.decompress(bytes.toByteArray(), size);
            } catch (RuntimeException e) {
                throw new IOException("a page is damaged", e);
            }
            if (plain.length != size) {
                throw new IOException("a page does not decompress to the size of its header");
            }
            return BytesInput.from(plain);
        }

        @Override
        public void decompress(ByteBuffer in, int inSize, ByteBuffer out, int outSize) throws IOException {
            byte[] bytes = new byte[inSize];
            in.get(bytes);
            out.put(decompress(BytesInput.from(bytes), outSize).toByteArray());
        }

        @Override
        public void release() {
            // Nothing is held.
        }
    }
}
