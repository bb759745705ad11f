package io.winnow.scoring;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;

/** Keeps the state of one run between its epochs, so that whoever takes the run over need not begin anew. */
public interface Checkpoints {

    /** Keeps nothing: a run that stops begins anew. */
    Checkpoints NONE = new Checkpoints() {
        @Override
        public void save(int epoch, Content content) {}

        @Override
        public List<Saved> saved() {
            return List.of();
        }
    };

    /**
     * Keeps a state, and the one before it for the case that this one cannot be read. Never fails: a state for which there is
     * no room is left out and the run goes on.
     *
     * @param epoch epochs done of the training at work, to be told
     */
    void save(int epoch, Content content);

    /** The states to go on from, the newest first. */
    List<Saved> saved();

    /** Writes a state. */
    @FunctionalInterface
    interface Content {
        void write(OutputStream out) throws IOException;
    }

    /** A state that was kept. */
    @FunctionalInterface
    interface Saved {

        /**
         * Opens what {@link Content#write} wrote, to the byte.
         *
         * @throws IOException when it is not there, or not what was written: the state before it is next
         * @throws UnreachableException when it may be there the next time that the run begins
         */
        InputStream open() throws IOException;
    }

    /** A state that was kept cannot be reached now, as on a disk that is away. */
    final class UnreachableException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        public UnreachableException(String message, IOException cause) {
            super(message, cause);
        }
    }
}
