package io.winnow.job;

import io.winnow.job.checkpoint.CheckpointFolder;
import io.winnow.job.checkpoint.CheckpointFolder.RunFolder;
import io.winnow.platform.WinnowProperties;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** Removes the checkpoints of runs that have ended or are gone: of cancelled jobs, deleted ones, and workers that came late. */
@Component
class CheckpointSweep {

    private static final Logger log = LoggerFactory.getLogger(CheckpointSweep.class);

    private final CheckpointFolder folder;
    private final RunTable runs;
    private final ShardTable shards;
    private final boolean works;

    CheckpointSweep(CheckpointFolder folder, RunTable runs, ShardTable shards, WinnowProperties properties) {
        this.folder = folder;
        this.runs = runs;
        this.shards = shards;
        this.works = properties.role().works();
    }

    @Scheduled(fixedDelayString = "${winnow.jobs.sweep-interval:60s}", initialDelayString = "35s")
    void sweep() throws IOException {
        if (works) {
            for (RunFolder run : folder.runs()) {
                deleteIfEnded(run);
            }
        }
    }

    /** Leaves alone what a run under way may still need. */
    void deleteIfEnded(RunFolder run) {
        try {
            if (!runs.underWay(new RunKey(run.job(), run.run()))) {
                folder.delete(run);
                shards.closeEnded(new RunKey(run.job(), run.run()));
            }
        } catch (IOException | RuntimeException e) {
            log.warn(
                    "the checkpoints of run {} of job {} cannot be removed now: {}",
                    run.run(),
                    run.job(),
                    e.toString());
        }
    }
}
