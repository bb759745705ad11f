package io.winnow.job.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.winnow.job.JobState;
import io.winnow.job.JobStatus;
import io.winnow.job.JobView;
import io.winnow.platform.NotFoundException;
import io.winnow.platform.TooManyRequestsException;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class JobEventsTests {

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final JobEvents events = new JobEvents(meters, 3);

    private static JobState queued() {
        JobState state = mock(JobState.class);
        when(state.status()).thenReturn(JobStatus.QUEUED);
        when(state.progress()).thenReturn(mock(JobView.Progress.class));
        when(state.runResults()).thenReturn(List.of());
        return state;
    }

    @Test
    void keepsNoMoreStreamsOpenThanMayBeAndSaysSoToTheNext() {
        JobState state = queued();
        for (int i = 0; i < 3; i++) {
            events.subscribe(new UUID(0, i % 2), () -> state);
        }
        assertThatExceptionOfType(TooManyRequestsException.class)
                .isThrownBy(() -> events.subscribe(new UUID(0, 9), () -> state))
                .withMessageContaining("3 event streams are open")
                .satisfies(refused -> assertThat(refused.retryAfter()).isPositive());
        assertThat(meters.get("winnow.events.streams").gauge().value()).isEqualTo(3);
    }

    @Test
    void opensNoneForAJobThatIsNotThere() {
        assertThatExceptionOfType(NotFoundException.class)
                .isThrownBy(() -> events.subscribe(new UUID(0, 1), () -> {
                    throw new NotFoundException("no such job");
                }));
        assertThat(meters.get("winnow.events.streams").gauge().value()).isZero();
    }
}
