package io.winnow.scoring.run;

import io.winnow.scoring.Checkpoints;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** Keeps every state that was ever written, and offers those that a test chooses. */
final class MemoryCheckpoints implements Checkpoints {

    final List<byte[]> written = new ArrayList<>();
    private final List<Saved> offered;

    MemoryCheckpoints(byte[]... offered) {
        this.offered = List.of(offered).stream()
                .<Saved>map(state -> () -> new ByteArrayInputStream(state))
                .toList();
    }

    @Override
    public void save(int epoch, Content content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            content.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        written.add(bytes.toByteArray());
    }

    @Override
    public List<Saved> saved() {
        return offered;
    }
}
