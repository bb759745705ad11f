package io.winnow.job;

import java.util.List;

/** What a job of any kind shows of itself while it is under way. */
public interface JobState {

    JobStatus status();

    JobView.Progress progress();

    /** The runs that are done, in their order. */
    List<JobView.RunResult> runResults();
}
