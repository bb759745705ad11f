package io.winnow.dynamics.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import io.winnow.dynamics.CurveOverRuns;
import io.winnow.dynamics.Dynamics;
import io.winnow.dynamics.DynamicsReport.GroupPoint;
import io.winnow.dynamics.DynamicsReport.GroupSeries;
import io.winnow.dynamics.DynamicsRequest;
import io.winnow.dynamics.DynamicsView;
import io.winnow.dynamics.OverRuns;
import io.winnow.job.DryRun;
import io.winnow.job.JobRequest.Schedule;
import io.winnow.job.JobRequest.Training;
import io.winnow.job.JobStatus;
import io.winnow.job.JobView;
import io.winnow.job.web.JobEvents;
import io.winnow.platform.ConflictException;
import io.winnow.platform.InvalidRequestException;
import io.winnow.platform.NotFoundException;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.webmvc.test.autoconfigure.WebMvcTest;
import org.springframework.http.MediaType;
import org.springframework.test.context.bean.override.mockito.MockitoBean;
import org.springframework.test.web.servlet.assertj.MockMvcTester;

@WebMvcTest(DynamicsController.class)
class DynamicsControllerTests {

    private static final UUID ID = UUID.fromString("7f9c24e8-3b12-4fef-91e0-bf1a1b1a1c1d");

    @Autowired
    MockMvcTester mvc;

    @MockitoBean
    Dynamics dynamics;

    @MockitoBean
    JobEvents events;

    @BeforeEach
    void haveAStudy() {
        OverRuns barrier = new OverRuns(0.25, null, null, List.of(0.25));
        CurveOverRuns curve = new CurveOverRuns(new double[] {0.1, 0.35, 0.1}, null, null);
        when(dynamics.require(ID))
                .thenReturn(view(List.of(new GroupSeries(
                        "all",
                        "all",
                        90,
                        null,
                        List.of(new GroupPoint(2, barrier, barrier, curve, curve, null, null))))));
    }

    private static DynamicsView view(@Nullable List<GroupSeries> series) {
        return new DynamicsView(
                ID,
                JobStatus.SUCCEEDED,
                new DynamicsRequest(
                        "clothes",
                        "small",
                        "mode-connectivity",
                        null,
                        null,
                        null,
                        List.of(2),
                        3,
                        100,
                        null,
                        1,
                        5,
                        42,
                        new Training("sgd", 128, 0.1, 0.9, true, 0.0005, new Schedule("cosine", null, null, 0), "auto"),
                        null,
                        "auto",
                        0),
                new JobView.Progress(1, 1, 1, null, null, 5, null, null, null, null, 0L),
                new double[] {0, 0.5, 1},
                series,
                List.of(),
                null,
                null,
                Instant.EPOCH,
                Instant.EPOCH,
                Instant.EPOCH);
    }

    @Test
    void acceptsAStudyAndTellsWhereItIs() {
        when(dynamics.submit(any(), eq("k"), any())).thenReturn(ID);
        assertThat(mvc.post()
                        .uri("/dynamics")
                        .header("Idempotency-Key", "k")
                        .contentType(MediaType.APPLICATION_JSON)
                        .content("{}"))
                .hasStatus(202)
                .hasHeader("Location", "/dynamics/" + ID)
                .bodyJson()
                .extractingPath("$.series[0].points[0].errorBarrier.mean")
                .isEqualTo(0.25);
    }

    @Test
    void onlyEstimatesWhereThatIsAsked() {
        when(dynamics.dryRun(any())).thenReturn(new DryRun(null, "no worker is up"));
        assertThat(mvc.post()
                        .uri("/dynamics?dryRun=true")
                        .contentType(MediaType.APPLICATION_JSON)
                        .content("{}"))
                .hasStatus(200)
                .bodyJson()
                .extractingPath("$.reason")
                .isEqualTo("no worker is up");
        verify(dynamics, never()).submit(any(), any(), any());
    }

    @Test
    void namesTheFieldsThatAreWrong() {
        when(dynamics.submit(any(), any(), any()))
                .thenThrow(new InvalidRequestException("subsets[0].indices", "occurs twice"));
        assertThat(mvc.post()
                        .uri("/dynamics")
                        .contentType(MediaType.APPLICATION_JSON)
                        .content("{}"))
                .hasStatus(400)
                .bodyJson()
                .extractingPath("$.errors[0].field")
                .isEqualTo("subsets[0].indices");
    }

    @Test
    void leavesOutWhatTheStudyDoesNotHave() {
        assertThat(mvc.get().uri("/dynamics/" + ID))
                .hasStatus(200)
                .bodyText()
                .contains("\"alphas\":[0.0,0.5,1.0]", "\"margin\":null")
                .doesNotContain("velocity", "spectrum", "\"samples\"", "scoreSet", "\"groups\"");
    }

    @Test
    void drawsAndListsTheFigureThatIsAskedFor() {
        assertThat(mvc.get().uri("/dynamics/" + ID + "/plot.svg?figure=path&epoch=2"))
                .hasStatus(200)
                .hasContentType("image/svg+xml");
        assertThat(mvc.get().uri("/dynamics/" + ID + "/plot.png"))
                .hasStatus(200)
                .hasContentType(MediaType.IMAGE_PNG);
        assertThat(mvc.get().uri("/dynamics/" + ID + "/points.csv?figure=path"))
                .hasStatus(200)
                .bodyText()
                .isEqualTo("""
                        group,kind,size,epoch,alpha,error,errorStd,errorMargin,loss,lossStd,lossMargin
                        all,all,90,2,0,0.1,,,0.1,,
                        all,all,90,2,0.5,0.35,,,0.35,,
                        all,all,90,2,1,0.1,,,0.1,,
                        """.replace("\n", "\r\n"));
        assertThat(mvc.get().uri("/dynamics/" + ID + "/plot.svg?figure=velocity"))
                .hasStatus(400)
                .bodyJson()
                .extractingPath("$.errors[0].field")
                .isEqualTo("figure");
        assertThat(mvc.get().uri("/dynamics/" + ID + "/plot.svg?epoch=two")).hasStatus(400);
    }

    @Test
    void hasNothingToDrawBeforeARunIsDone() {
        when(dynamics.require(ID)).thenReturn(view(List.of()));
        assertThat(mvc.get().uri("/dynamics/" + ID + "/plot.svg")).hasStatus(409);
        assertThat(mvc.get().uri("/dynamics/" + ID + "/points.csv")).hasStatus(200);
    }

    @Test
    void tellsThatThereIsNoSuchStudyAndThatOneUnderWayIsNotDeleted() {
        UUID other = UUID.randomUUID();
        when(dynamics.require(other)).thenThrow(new NotFoundException("there is no dynamics"));
        doThrow(new ConflictException("it runs")).when(dynamics).delete(ID);
        assertThat(mvc.get().uri("/dynamics/" + other)).hasStatus(404);
        assertThat(mvc.delete().uri("/dynamics/" + ID)).hasStatus(409);
        assertThat(mvc.post().uri("/dynamics/" + ID + "/cancel"))
                .hasStatus(202)
                .hasHeader("Location", "/dynamics/" + ID);
        verify(dynamics).cancel(ID);
    }
}
