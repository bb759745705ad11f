package io.winnow.dataset;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where source files lie. The paths name them as the user knows them; whether they are also where the bytes are is the tree's
 * own affair, so nothing but the tree may use them on disk.
 */
public interface FileTree {

    /** Whether somebody else may change the files, which then lie on disk under their names. */
    default boolean mayChange() {
        return false;
    }

    boolean isDirectory(Path path);

    boolean isFile(Path path);

    /** What lies at any usual depth below a folder, in no order; closed by the caller. */
    Stream<Path> walk(Path folder) throws IOException;

    /** The folders right below a folder, by name. */
    List<Path> folders(Path folder) throws IOException;

    /**
     * Size and time of a file or folder of this tree; of a folder without a place on disk, those of what all lies in.
     *
     * @throws java.nio.file.NoSuchFileException when there is none
     */
    BasicFileAttributes attributes(Path path) throws IOException;

    /** @throws BadDataException when it is no regular file of this tree that can be read */
    FileChannel open(Path file) throws IOException;
}
