package io.winnow.job;

import io.winnow.job.RunLedger.Claim;
import io.winnow.job.RunMetrics.Kept;
import io.winnow.job.checkpoint.CheckpointFolder;
import io.winnow.job.checkpoint.CheckpointFolder.RunFolder;
import io.winnow.job.checkpoint.DamagedFileException;
import io.winnow.scoring.Checkpoints;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/**
 * The checkpoints of one claim: files in the claim's folder, which count once the run's row names them. The row is written
 * under the claim's fence, so what a worker writes that has lost its claim is never read.
 */
final class RunCheckpoints implements Checkpoints {

    private static final Logger log = LoggerFactory.getLogger(RunCheckpoints.class);
    private static final int KEPT = 2;

    private final CheckpointFolder folder;
    private final RunTable runs;
    private final Claim claim;
    private final RunMetrics metrics;
    private final RunFolder run;
    /** The newest first, and only those that are as they were written. */
    private final List<String> names;

    /** Whether a file that cannot be read now is given up: a disk that was away for a moment is there in the next attempt. */
    private final boolean last;

    private int written;
    private boolean failing;

    RunCheckpoints(CheckpointFolder folder, RunTable runs, Claim claim, RunMetrics metrics, boolean last) {
        this.folder = folder;
        this.runs = runs;
        this.claim = claim;
        this.metrics = metrics;
        this.last = last;
        this.run = claim.run().folder();
        this.names = new ArrayList<>(runs.checkpoints(claim.run()));
    }

    @Override
    public List<Saved> saved() {
        return List.copyOf(names).stream().<Saved>map(name -> () -> open(name)).toList();
    }

    private InputStream open(String name) throws IOException {
        try {
            InputStream in = folder.open(name);
            log.info("{} goes on from {}", claim.run(), name);
            return in;
        } catch (IOException e) {
            boolean gone = e instanceof NoSuchFileException || e instanceof DamagedFileException;
            if (!gone && !last) {
                throw new UnreachableException("%s: %s".formatted(name, e), e);
            }
            names.remove(name);
            throw new IOException("%s: %s".formatted(name, e), e);
        }
    }

    @Override
    public void save(int epoch, Content content) {
        long begun = System.nanoTime();
        try {
            String name = folder.write(run, claim.fence(), "%06d-epoch-%d".formatted(++written, epoch), content);
            long bytes = folder.size(name);
            tell(publish(name) ? Kept.KEPT : Kept.FENCED, begun, bytes);
            if (failing) {
                log.info("{} keeps checkpoints again", claim.run());
            }
            failing = false;
        } catch (IOException | DataAccessException | TransactionException e) {
            tell(Kept.FAILED, begun, 0);
            if (!failing) {
                log.warn(
                        "{} goes on without a checkpoint of epoch {}, and tries again after the next: {}",
                        claim.run(),
                        epoch,
                        e.toString());
            }
            failing = true;
        }
    }

    private void tell(Kept kept, long begun, long bytes) {
        metrics.checkpoint(kept, Duration.ofNanos(System.nanoTime() - begun), bytes);
    }

    private boolean publish(String name) throws IOException {
        List<String> kept = new ArrayList<>(names);
        kept.add(0, name);
        List<String> newest = kept.subList(0, Math.min(KEPT, kept.size()));
        if (!runs.checkpoint(claim.run(), claim.fence(), newest)) {
            return false;
        }
        names.clear();
        names.addAll(newest);
        folder.prune(run, claim.fence(), names);
        return true;
    }
}
