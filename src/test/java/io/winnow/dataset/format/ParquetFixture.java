package io.winnow.dataset.format;

import com.github.luben.zstd.Zstd;
import io.winnow.testing.IdxFixture;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.IntFunction;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.schema.MessageType;
import org.xerial.snappy.Snappy;

/** Writes small Parquet files, compressed or not. */
final class ParquetFixture {

    private ParquetFixture() {}

    static void write(
            Path file,
            MessageType schema,
            Map<String, String> metadata,
            CompressionCodecName codec,
            int rows,
            IntFunction<Group> row)
            throws IOException {
        try (ParquetWriter<Group> writer = ExampleParquetWriter.builder(new LocalOutputFile(file))
                .withType(schema)
                .withExtraMetaData(metadata)
                .withConf(new PlainParquetConfiguration())
                .withCodecFactory(new Compressors())
                .withCompressionCodec(codec)
                .withRowGroupSize(2000L)
                .withPageSize(500)
                .build()) {
            for (int i = 0; i < rows; i++) {
                writer.write(row.apply(i));
            }
        }
    }

    private static final class Compressors implements CompressionCodecFactory {

        @Override
        public BytesInputCompressor getCompressor(CompressionCodecName codec) {
            return new BytesInputCompressor() {
                @Override
                public BytesInput compress(BytesInput bytes) throws IOException {
                    byte[] plain = bytes.toByteArray();
                    return BytesInput.from(
                            switch (codec) {
                                case SNAPPY -> Snappy.compress(plain);
                                case ZSTD -> Zstd.compress(plain);
                                case GZIP -> IdxFixture.gzip(plain);
                                default -> plain;
                            });
                }

                @Override
                public CompressionCodecName getCodecName() {
                    return codec;
                }

                @Override
                public void release() {}
            };
        }

        @Override
        public BytesInputDecompressor getDecompressor(CompressionCodecName codec) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void release() {}
    }
}
