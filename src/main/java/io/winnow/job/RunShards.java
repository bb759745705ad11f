package io.winnow.job;

import io.winnow.job.RunLedger.Claim;
import io.winnow.job.ShardTable.Shard;
import io.winnow.job.ShardTable.ShardClaim;
import io.winnow.job.checkpoint.CheckpointFolder;
import io.winnow.scoring.Checkpoints;
import io.winnow.scoring.ShardPass;
import io.winnow.scoring.Shards;
import io.winnow.surrogate.StopSignal;
import io.winnow.surrogate.TrainingStoppedException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/**
 * The passes of one claimed run, spread over workers: opens a pass, invites others to its shards, computes shards itself for as
 * long as there are free ones, waits for the rest and reads them all in order. Whatever becomes of the others, it can finish
 * the pass alone; where its files cannot be written, it says that the pass is not spread.
 */
final class RunShards implements Shards {

    private static final Logger log = LoggerFactory.getLogger(RunShards.class);
    private static final long PAUSE_NANOS = 200_000_000L;

    private final ShardSpread spread;
    private final ShardTable table;
    private final CheckpointFolder folder;
    private final Claim claim;
    private final StopSignal stop;
    private final String device;

    RunShards(ShardSpread spread, Claim claim, StopSignal stop, String device) {
        this.spread = spread;
        this.table = spread.table();
        this.folder = spread.folder();
        this.claim = claim;
        this.stop = stop;
        this.device = device;
    }

    @Override
    public boolean spreads(int samples) {
        return spread.spreads(samples);
    }

    @Override
    public boolean run(
            ShardPass pass, int samples, Checkpoints.Content state, Work work, IntConsumer done, Reader reader) {
        boolean begun = false;
        try {
            open(pass, samples, state);
            Spreading spreading = new Spreading(pass, spread.shardsOf(samples), work, done);
            for (Shard shard : spreading.finished()) {
                try (InputStream in = spreading.open(shard)) {
                    begun = true;
                    reader.read(in);
                }
            }
        } catch (IOException e) {
            if (begun) {
                // What was read cannot be taken back, and is not to be counted twice.
                throw new UncheckedIOException("the results of %s cannot be read".formatted(pass.id()), e);
            }
            log.warn(
                    "{}: {} is made here alone, its files cannot be written: {}", claim.run(), pass.id(), e.toString());
            close(pass);
            return false;
        }
        close(pass);
        return true;
    }

    private void open(ShardPass pass, int samples, Checkpoints.Content state) throws IOException {
        MessageDigest digest = sha256();
        String file = folder.writeShard(claim.run().folder(), pass.id(), "state-" + claim.fence(), out -> {
            DigestOutputStream digested = new DigestOutputStream(out, digest);
            state.write(digested);
            digested.flush();
        });
        byte[] sum = digest.digest();
        int size = spread.shardSize();
        stillOurs(() -> table.open(claim.run(), claim.fence(), pass, file, sum, device, samples, size));
        spread.invite(claim, pass.id(), spread.shardsOf(samples));
    }

    private void close(ShardPass pass) {
        stillOurs(() -> table.close(claim.run(), claim.fence(), pass.id()));
        try {
            folder.deletePass(claim.run().folder(), pass.id());
        } catch (IOException e) {
            log.warn("{}: the files of {} cannot be removed now: {}", claim.run(), pass.id(), e.toString());
        }
    }

    /** A pass while it is spread. */
    private final class Spreading {

        private final ShardPass pass;
        private final int parts;
        private final Work work;
        private final IntConsumer done;
        private int counted;

        /** @param parts how many shards it has */
        Spreading(ShardPass pass, int parts, Work work, IntConsumer done) {
            this.pass = pass;
            this.parts = parts;
            this.work = work;
            this.done = done;
        }

        /** Computes what is free, waits for what is not, and gives all shards of the pass, done. */
        List<Shard> finished() throws IOException {
            while (true) {
                stop.check();
                Optional<ShardClaim> free = insist(() -> spread.claim(claim, pass.id()));
                if (free.isPresent()) {
                    compute(free.get());
                }
                List<Shard> shards = insist(() -> spread.shards(claim.run(), pass.id()));
                if (shards.size() != parts) {
                    // Only who has claimed the run since, or has ended it, takes a pass away: nothing left is not all
                    // done.
                    throw new TrainingStoppedException();
                }
                count(shards);
                if (shards.stream().allMatch(shard -> shard.file() != null)) {
                    return shards;
                }
                shards.stream().filter(Shard::spent).findFirst().ifPresent(shard -> {
                    throw new ShardQuarantinedException(pass.id(), shard.number(), String.valueOf(shard.worker()));
                });
                if (free.isEmpty()) {
                    LockSupport.parkNanos(PAUSE_NANOS);
                }
            }
        }

        private void count(List<Shard> shards) {
            int through = shards.stream()
                    .filter(shard -> shard.file() != null)
                    .mapToInt(shard -> shard.to() - shard.from())
                    .sum();
            if (through > counted) {
                done.accept(through - counted);
                counted = through;
            }
        }

        private void compute(ShardClaim shard) throws IOException {
            try (ShardWatch watch = spread.watch(shard, stop)) {
                String file = spread.write(shard, out -> work.compute(shard.from(), shard.to(), watch, out));
                insist(() -> table.done(shard, file));
            } catch (TrainingStoppedException e) {
                insist(() -> table.giveBack(shard, true));
            } catch (UncheckedIOException e) {
                throw e.getCause();
            }
        }

        /** What a shard gave, computed again until it can be read. */
        InputStream open(Shard shard) throws IOException {
            Shard present = shard;
            while (true) {
                try {
                    return folder.open(String.valueOf(present.file()));
                } catch (IOException e) {
                    log.warn("{} of {} is computed again: {}", shard.number(), pass.id(), e.toString());
                    stillOurs(() -> table.redo(claim.run(), claim.fence(), pass.id(), shard.number()));
                    present = finished().get(shard.number());
                }
            }
        }
    }

    /** @param write that tells whether the claim on the run holds */
    private void stillOurs(Supplier<Boolean> write) {
        if (!insist(write)) {
            throw new TrainingStoppedException();
        }
    }

    /** A restart of the database ends no pass: tries until the run is told to stop. */
    private <T> T insist(Supplier<T> write) {
        while (true) {
            try {
                return write.get();
            } catch (DataAccessException | TransactionException e) {
                if (stop.stopRequested()) {
                    throw e;
                }
                log.warn("{}: the database does not answer, trying again: {}", claim.run(), e.toString());
                LockSupport.parkNanos(5 * PAUSE_NANOS);
            }
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
