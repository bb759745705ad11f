package io.winnow.testing;

import io.winnow.scoring.Checkpoints;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Keeps every state that was ever written, and offers them, the newest first; after them those that a test chooses. */
public final class MemoryCheckpoints implements Checkpoints {

    /** In their order; what a test puts here is offered as if it had been written. */
    public final List<byte[]> written = new ArrayList<>();

    private final List<byte[]> chosen;

    public MemoryCheckpoints(byte[]... chosen) {
        this.chosen = List.of(chosen);
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
        List<byte[]> offered = new ArrayList<>(written);
        Collections.reverse(offered);
        offered.addAll(chosen);
        return offered.stream()
                .<Saved>map(state -> () -> new ByteArrayInputStream(state))
                .toList();
    }
}
