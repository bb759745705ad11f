package io.winnow.job.web;

import io.winnow.job.JobState;
import io.winnow.job.JobStatus;
import io.winnow.job.JobView;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * What one listener of a job has been told. It begins with the job's present state as {@code status}; then come
 * {@code progress} when it moved, {@code run} for each run that ended well, and {@code status} with the whole job when that
 * changed, the last of them with the final state. Jobs of all kinds tell their story so.
 */
final class JobEventStream {

    private static final long KEEP_ALIVE_NANOS = 15_000_000_000L;

    private final SseEmitter emitter = new SseEmitter(0L);
    private final Supplier<? extends JobState> state;
    private final AtomicBoolean busy = new AtomicBoolean();
    private final Set<Integer> runsTold = new HashSet<>();
    private @Nullable JobStatus status;
    private JobView.@Nullable Progress progress;
    private long lastSent;

    /** @param state tells what there is to tell now */
    JobEventStream(Supplier<? extends JobState> state) {
        this.state = state;
    }

    /**
     * What there is to tell now, the same for all streams of a job.
     *
     * @throws io.winnow.platform.NotFoundException when the job is gone
     */
    JobState now() {
        return state.get();
    }

    SseEmitter emitter() {
        return emitter;
    }

    void onEnd(Runnable action) {
        emitter.onCompletion(action);
        emitter.onTimeout(action);
        emitter.onError(error -> action.run());
    }

    /** Whether it is through with what it was told last: a slow one misses steps, never the end. */
    boolean isFree() {
        return !busy.get();
    }

    void tell(JobState view) {
        if (!busy.compareAndSet(false, true)) {
            return;
        }
        try {
            sendWhatIsNew(view);
        } catch (IOException | IllegalStateException e) {
            emitter.completeWithError(e);
        } finally {
            busy.set(false);
        }
    }

    void close() {
        emitter.complete();
    }

    private void sendWhatIsNew(JobState view) throws IOException {
        boolean first = status == null;
        if (first) {
            status = view.status();
            view.runResults().forEach(result -> runsTold.add(result.run()));
            send("status", view);
        }
        for (JobView.RunResult result : view.runResults()) {
            if (runsTold.add(result.run())) {
                send("run", result);
            }
        }
        if (!(first && view.status().ended()) && moved(view.progress())) {
            progress = view.progress();
            send("progress", view.progress());
        }
        if (view.status() != status) {
            status = view.status();
            send("status", view);
        }
        if (view.status().ended()) {
            emitter.complete();
        } else if (System.nanoTime() - lastSent > KEEP_ALIVE_NANOS) {
            emitter.send(SseEmitter.event().comment("still here"));
            lastSent = System.nanoTime();
        }
    }

    /** The estimate of what is left moves with the clock alone: that is no news. */
    private boolean moved(JobView.Progress next) {
        return progress == null
                || next.fraction() != progress.fraction()
                || next.runsDone() != progress.runsDone()
                || next.epoch() != null && !next.epoch().equals(progress.epoch())
                || next.phase() != progress.phase();
    }

    private void send(String name, Object data) throws IOException {
        emitter.send(SseEmitter.event().name(name).data(data, MediaType.APPLICATION_JSON));
        lastSent = System.nanoTime();
    }
}
