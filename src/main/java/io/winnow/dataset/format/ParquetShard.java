package io.winnow.dataset.format;

import io.winnow.dataset.BadDataException;
import io.winnow.dataset.SourceFiles;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.convert.GroupRecordConverter;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.MessageColumnIO;
import org.apache.parquet.io.RecordReader;
import org.apache.parquet.schema.MessageType;
import org.jspecify.annotations.Nullable;

/** One Parquet file, read a row group at a time. What is wrong with it is told by its name. */
final class ParquetShard implements Closeable {

    /** A row group lies in memory as a whole while it is read. */
    private static final long LARGEST_ROW_GROUP = 1L << 30;

    private static final int SMALLEST_FILE = 12;

    private final String name;
    private final FileChannel channel;
    private final ParquetFileReader reader;
    private MessageType projection;
    private @Nullable RecordReader<Group> records;
    private long left;

    private ParquetShard(String name, FileChannel channel, ParquetFileReader reader) {
        this.name = name;
        this.channel = channel;
        this.reader = reader;
        this.projection = reader.getFileMetaData().getSchema();
    }

    static ParquetShard open(SourceFiles files, Path path) throws IOException {
        String name = files.name(path);
        FileChannel channel = files.channel(path);
        try {
            if (channel.size() < SMALLEST_FILE) {
                throw new BadDataException(name + " is too short for a Parquet file");
            }
            ParquetReadOptions options = ParquetReadOptions.builder(new PlainParquetConfiguration())
                    .withCodecFactory(new ParquetCodecs())
                    .build();
            ParquetShard shard =
                    new ParquetShard(name, channel, ParquetFileReader.open(new ParquetSource(channel), options));
            shard.checkRowGroups();
            return shard;
        } catch (BadDataException e) {
            channel.close();
            throw e;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw new BadDataException(name + " is not a readable Parquet file, or is cut short");
        }
    }

    private void checkRowGroups() throws IOException {
        for (BlockMetaData group : reader.getRowGroups()) {
            if (group.getTotalByteSize() > LARGEST_ROW_GROUP) {
                throw new BadDataException("%s has a row group of %d bytes; at most %d are read at once"
                        .formatted(name, group.getTotalByteSize(), LARGEST_ROW_GROUP));
            }
        }
    }

    String name() {
        return name;
    }

    ParquetMetadata metadata() {
        return reader.getFooter();
    }

    MessageType schema() {
        return reader.getFileMetaData().getSchema();
    }

    long rows() {
        return reader.getRecordCount();
    }

    /** Reads only these columns from now on. */
    void project(MessageType columns) {
        projection = columns;
        reader.setRequestedSchema(columns);
    }

    /** The next row, or null after the last. */
    @Nullable
    Group next() throws IOException {
        try {
            while (left == 0) {
                PageReadStore pages = reader.readNextRowGroup();
                if (pages == null) {
                    return null;
                }
                MessageColumnIO columns = new ColumnIOFactory().getColumnIO(projection);
                records = columns.getRecordReader(pages, new GroupRecordConverter(projection));
                left = pages.getRowCount();
            }
            left--;
            return records == null ? null : records.read();
        } catch (ParquetCodecs.UnknownCodecException e) {
            throw new BadDataException(name + " " + e.getMessage());
        } catch (IOException | RuntimeException e) {
            throw new BadDataException(name + " is damaged, or has pages of a kind that is not read");
        }
    }

    @Override
    public void close() throws IOException {
        try (channel) {
            reader.close();
        }
    }
}
