package io.winnow.dataset.format;

import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import org.apache.parquet.io.DelegatingSeekableInputStream;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.SeekableInputStream;

/** A Parquet file on a channel that was opened under the guard of the data roots. */
record ParquetSource(FileChannel channel) implements InputFile {

    @Override
    public long getLength() throws IOException {
        return channel.size();
    }

    @Override
    public SeekableInputStream newStream() throws IOException {
        channel.position(0);
        return new DelegatingSeekableInputStream(Channels.newInputStream(channel)) {
            @Override
            public long getPos() throws IOException {
                return channel.position();
            }

            @Override
            public void seek(long position) throws IOException {
                channel.position(position);
            }
        };
    }
}
