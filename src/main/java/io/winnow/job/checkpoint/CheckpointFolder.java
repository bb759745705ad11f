package io.winnow.job.checkpoint;

import io.winnow.platform.WinnowProperties;
import io.winnow.scoring.Checkpoints.Content;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;
import org.springframework.util.FileSystemUtils;

/**
 * Where checkpoints lie: {@code <dir>/<job>/run-<k>/fence-<n>/<name>}. Each claim of a run writes into a folder of its own, so
 * that a worker that has lost its claim and does not know it overwrites nothing. Beside them {@code pass-<id>} holds what
 * workers share while a pass is spread over them.
 */
@Component
public final class CheckpointFolder {

    private static final Pattern RUN = Pattern.compile("run-(\\d{1,9})");
    private static final Pattern FENCE = Pattern.compile("fence-(\\d{1,18})");

    private final Path root;

    public CheckpointFolder(CheckpointSettings settings, WinnowProperties properties) {
        this.root = settings.dir() == null
                ? properties.workDir().resolve("checkpoints")
                : settings.dir().toAbsolutePath().normalize();
    }

    /** A run of a job. */
    public record RunFolder(UUID job, int run) {}

    /**
     * Writes a file for a claim.
     *
     * @return its name, for {@link #open} in any process that sees the same folder
     * @throws IOException when it cannot be written; nothing of it is left
     */
    public String write(RunFolder run, long fence, String name, Content content) throws IOException {
        Path file = folder(run).resolve("fence-" + fence).resolve(name);
        CheckpointFile.write(file, content);
        return root.relativize(file).toString();
    }

    /**
     * Writes a file of a pass that is spread over workers.
     *
     * @param pass in letters, digits and hyphens
     * @param name that no other claim of the shard uses
     * @return its name, for {@link #open}
     * @throws IOException when it cannot be written; nothing of it is left
     */
    public String writeShard(RunFolder run, String pass, String name, Content content) throws IOException {
        Path file = pass(run, pass).resolve(name);
        CheckpointFile.write(file, content);
        return root.relativize(file).toString();
    }

    /** Removes the files of a pass. */
    public void deletePass(RunFolder run, String pass) throws IOException {
        FileSystemUtils.deleteRecursively(pass(run, pass));
    }

    /** @return bytes that a file takes */
    public long size(String name) throws IOException {
        return Files.size(root.resolve(name));
    }

    /**
     * @throws java.nio.file.NoSuchFileException when this process does not see the file
     * @throws DamagedFileException when it is not what was written
     * @throws IOException when it cannot be read
     */
    public InputStream open(String name) throws IOException {
        return CheckpointFile.open(root.resolve(name));
    }

    /** Removes what earlier claims, and this one, have written for a run but for the files to be kept. */
    public void prune(RunFolder run, long fence, Collection<String> keep) throws IOException {
        for (Path claim : list(folder(run))) {
            Matcher matcher = FENCE.matcher(claim.getFileName().toString());
            if (!matcher.matches() || Long.parseLong(matcher.group(1)) > fence) {
                continue;
            }
            for (Path file : list(claim)) {
                if (!keep.contains(root.relativize(file).toString())) {
                    Files.deleteIfExists(file);
                }
            }
            if (list(claim).isEmpty()) {
                Files.deleteIfExists(claim);
            }
        }
    }

    /** Removes everything of a run. */
    public void delete(RunFolder run) throws IOException {
        FileSystemUtils.deleteRecursively(folder(run));
        Path job = folder(run).getParent();
        if (Files.isDirectory(job) && list(job).isEmpty()) {
            Files.deleteIfExists(job);
        }
    }

    /** The runs of which there is anything. */
    public List<RunFolder> runs() throws IOException {
        List<RunFolder> runs = new ArrayList<>();
        for (Path job : list(root)) {
            for (Path run : list(job)) {
                Matcher matcher = RUN.matcher(run.getFileName().toString());
                if (matcher.matches()) {
                    try {
                        UUID id = UUID.fromString(job.getFileName().toString());
                        runs.add(new RunFolder(id, Integer.parseInt(matcher.group(1))));
                    } catch (IllegalArgumentException e) {
                        // Not a folder of ours: what somebody else has put here stays.
                    }
                }
            }
        }
        return runs;
    }

    private Path pass(RunFolder run, String pass) {
        return folder(run).resolve("pass-" + pass);
    }

    private Path folder(RunFolder run) {
        return root.resolve(run.job().toString()).resolve("run-" + run.run());
    }

    private static List<Path> list(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.sorted().toList();
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }
}
