package io.winnow.dynamics;

import io.winnow.surrogate.Surrogate;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/** A surrogate's state put by on disk while another training has the surrogate. The file is gone when it is closed, or its process is. */
final class StateFile implements AutoCloseable {

    private final FileChannel channel;

    StateFile(Path folder) throws IOException {
        Files.createDirectories(folder);
        this.channel = FileChannel.open(
                folder.resolve("study-%s.state".formatted(UUID.randomUUID())),
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                StandardOpenOption.DELETE_ON_CLOSE);
    }

    /** Replaces what was put by. */
    void put(Surrogate surrogate) throws IOException {
        surrogate.writeState(emptied());
    }

    void giveTo(Surrogate surrogate) throws IOException {
        surrogate.readState(read());
    }

    void writeTo(DataOutputStream out) throws IOException {
        out.writeLong(channel.size());
        read().transferTo(out);
    }

    void readFrom(DataInputStream in) throws IOException {
        OutputStream out = emptied();
        byte[] block = new byte[1 << 16];
        for (long left = in.readLong(); left > 0; ) {
            int size = (int) Math.min(block.length, left);
            in.readFully(block, 0, size);
            out.write(block, 0, size);
            left -= size;
        }
    }

    private InputStream read() throws IOException {
        channel.position(0);
        return Channels.newInputStream(channel);
    }

    private OutputStream emptied() throws IOException {
        channel.truncate(0);
        return Channels.newOutputStream(channel);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
