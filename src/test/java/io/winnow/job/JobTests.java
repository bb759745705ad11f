package io.winnow.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.winnow.dataset.ReadyDataset;
import io.winnow.dataset.SourcePositions;
import io.winnow.model.RegisteredModel;
import io.winnow.platform.ConflictException;
import io.winnow.platform.InvalidRequestException;
import io.winnow.surrogate.Element;
import io.winnow.surrogate.Normalisation;
import io.winnow.surrogate.SampleShape;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class JobTests {

    private static final Instant CREATED = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant LATER = CREATED.plusSeconds(60);
    private static final JobError ERROR = new JobError("Training diverged", "lower the learning rate");

    @Test
    void startsOnceHoweverManyRunsBegin() {
        Job job = queued();
        job.start(LATER);
        job.start(LATER.plusSeconds(1));
        assertThat(job.status()).isEqualTo(JobStatus.RUNNING);
        assertThat(job.startedAt()).isEqualTo(LATER);
        assertThat(job.finishedAt()).isNull();
    }

    @Test
    void succeedsOnlyFromRunningAndKeepsItsScoreSets() {
        ScoreSetRef set = new ScoreSetRef(UUID.randomUUID(), "el2n", 10);
        assertThatIllegalStateException()
                .isThrownBy(() -> queued().succeed(new ScoringKind.Result(List.of(set), null, null), LATER));
        Job job = running();
        job.succeed(new ScoringKind.Result(List.of(set), null, null), LATER);
        assertThat(job.status()).isEqualTo(JobStatus.SUCCEEDED);
        assertThat(job.result(ScoringKind.Result.class).scoreSets()).containsExactly(set);
        assertThat(job.finishedAt()).isEqualTo(LATER);
    }

    @Test
    void failsWithAnErrorFromQueuedAndFromRunning() {
        for (Job job : List.of(queued(), running())) {
            job.fail(ERROR, LATER);
            assertThat(job.status()).isEqualTo(JobStatus.FAILED);
            assertThat(job.error()).isEqualTo(ERROR);
        }
    }

    @Test
    void cancelsOnceAndTakesASecondCancelForTheSame() {
        Job job = running();
        assertThat(job.cancel(LATER)).isTrue();
        assertThat(job.cancel(LATER.plusSeconds(5))).isFalse();
        assertThat(job.finishedAt()).isEqualTo(LATER);
    }

    @Test
    void refusesToCancelWhatHasSucceededOrFailed() {
        Job succeeded = running();
        succeeded.succeed(null, LATER);
        Job failed = running();
        failed.fail(ERROR, LATER);
        for (Job job : List.of(succeeded, failed)) {
            assertThatExceptionOfType(ConflictException.class).isThrownBy(() -> job.cancel(LATER));
        }
    }

    @Test
    void staysAtItsEnd() {
        Job job = running();
        job.cancel(LATER);
        assertThatIllegalStateException().isThrownBy(() -> job.start(LATER));
        assertThatIllegalStateException().isThrownBy(() -> job.succeed(null, LATER));
        assertThatIllegalStateException().isThrownBy(() -> job.fail(ERROR, LATER));
        assertThat(job.status()).isEqualTo(JobStatus.CANCELLED);
        assertThat(job.error()).isNull();
    }

    @Test
    void mayBeDeletedOnlyAfterItsEnd() {
        assertThatExceptionOfType(ConflictException.class).isThrownBy(() -> queued().requireEnded());
        assertThatExceptionOfType(ConflictException.class)
                .isThrownBy(() -> running().requireEnded());
        Job cancelled = queued();
        cancelled.cancel(LATER);
        cancelled.requireEnded();
    }

    @Test
    void keepsRequestAndModelAsTheyWere() {
        Job job = queued();
        assertThat(job.request()).isEqualTo(request());
        assertThat(job.model().options()).isEqualTo(Map.of("hidden", 16, "dropout", 0.5));
    }

    private static Job running() {
        Job job = queued();
        job.start(CREATED.plusSeconds(1));
        return job;
    }

    private static Job queued() {
        RegisteredModel model =
                new RegisteredModel(UUID.randomUUID(), "small", "mlp", Map.of("hidden", 16, "dropout", 0.5));
        ReadyDataset dataset = new ReadyDataset(
                UUID.randomUUID(),
                "d",
                new SampleShape(1, 1, 1),
                Element.UINT8,
                List.of("a", "b"),
                new ReadyDataset.SplitInfo(2, new int[] {1, 1}, "sha256:1", SourcePositions.ALL),
                null,
                new Normalisation(new float[] {0}, new float[] {1}));
        NewJob job = new NewJob(ScoringKind.ID, dataset, model, request(), List.of(1L), 0);
        return new Job(UUID.randomUUID(), job, new byte[32], null, null, CREATED);
    }

    private static JobRequest request() {
        String body = """
                {"dataset": "d", "model": "m", "epochs": 4, "scoreAt": [4, 0, 2],
                 "training": {"schedule": {"type": "step", "milestones": [2, 3], "warmupEpochs": 0.5}},
                 "labelNoise": {"fraction": 0.25}}
                """;
        return JobRequestReader.read(body.getBytes(), new InvalidRequestException.Collector());
    }
}
