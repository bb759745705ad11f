package io.winnow.dynamics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import io.winnow.dynamics.DynamicsReport.GroupPoint;
import io.winnow.dynamics.DynamicsReport.GroupSeries;
import io.winnow.dynamics.KernelVelocity.Measured;
import io.winnow.dynamics.ModeConnectivity.Fork;
import io.winnow.dynamics.StudyFound.GroupHead;
import io.winnow.job.JobStatus;
import io.winnow.job.JobView;
import io.winnow.platform.ConflictException;
import io.winnow.platform.InvalidRequestException;
import io.winnow.platform.InvalidRequestException.Collector;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import tools.jackson.databind.json.JsonMapper;

class DynamicsReportTests {

    private static final DynamicsRequest CONNECTIVITY = request("""
            {"dataset": "clothes", "model": "small", "study": "mode-connectivity", "at": [0, 2], "alphas": 3, "runs": 3}
            """);
    private static final DynamicsRequest VELOCITY = request("""
            {"dataset": "clothes", "model": "small", "study": "ntk-velocity", "at": [1], "samples": 4, "runs": 2}
            """);
    private static final List<GroupHead> HEADS =
            List.of(new GroupHead("1", "score", 30, null), new GroupHead("all", "all", 90, null));

    private static DynamicsRequest request(String body) {
        return DynamicsRequestReader.read(body.getBytes(), new Collector());
    }

    private static StudyFound forks(double height) {
        return new StudyFound(
                HEADS,
                List.of(
                        new Fork(0, new double[][] {{0.1, height, 0.3}, {0.2, 0.2, 0.2}}, new double[][] {
                            {1, 2, 1}, {1, 1, 1}
                        }),
                        new Fork(
                                2, new double[][] {{0.1, 0.1, 0.1}, {0, 0, 0}}, new double[][] {{1, 1, 1}, {1, 1, 1}})),
                null);
    }

    private static StudyFound kernels(@Nullable Double velocity, double trace) {
        return new StudyFound(
                List.of(new GroupHead("random", "random", 90, 4)),
                null,
                List.of(new Measured(0, 1, velocity, new KernelSpectrum(trace, 5, new double[] {trace, 1}, null, 2))));
    }

    @Test
    void tellsBarriersAndCurvesOverTheRunsThatAreDone() {
        List<GroupSeries> series = DynamicsReport.of(CONNECTIVITY, Map.of(2, forks(0.6), 0, forks(0.4)))
                .series();
        assertThat(series).extracting(GroupSeries::name).containsExactly("1", "all");
        assertThat(series.get(0).points()).extracting(GroupPoint::epoch).containsExactly(0, 2);
        OverRuns barrier = series.get(0).points().get(0).errorBarrier();
        assertThat(barrier.runs().get(0)).isCloseTo(0.2, within(1e-12));
        assertThat(barrier.runs().get(1)).isCloseTo(0.4, within(1e-12));
        assertThat(barrier.mean()).isCloseTo(0.3, within(1e-12));
        assertThat(barrier.std()).isCloseTo(0.2 / Math.sqrt(2), within(1e-12));
        assertThat(barrier.margin()).isCloseTo(12.7062 * 0.1, within(1e-4));
        CurveOverRuns error = series.get(0).points().get(0).error();
        assertThat(error.mean()).containsExactly(new double[] {0.1, 0.5, 0.3}, within(1e-12));
        assertThat(error.std()[0]).isZero();
        assertThat(error.std()[1]).isCloseTo(0.2 / Math.sqrt(2), within(1e-12));
        assertThat(series.get(0).points().get(0).lossBarrier().mean()).isEqualTo(1);
        assertThat(series.get(1).points().get(0).errorBarrier().mean()).isZero();
        assertThat(series.get(0).points().get(0).velocity()).isNull();
    }

    @Test
    void hasNoIntervalOfOneRunAndNoSeriesOfNone() {
        GroupPoint point = DynamicsReport.of(CONNECTIVITY, Map.of(0, forks(0.4)))
                .series()
                .get(0)
                .points()
                .get(0);
        assertThat(point.errorBarrier().std()).isNull();
        assertThat(point.error().margin()).isNull();
        assertThat(DynamicsReport.of(CONNECTIVITY, Map.of()).series()).isEmpty();
    }

    @Test
    void leavesOutRunsWhoseKernelIsZero() {
        GroupPoint point = DynamicsReport.of(VELOCITY, Map.of(0, kernels(0.25, 8), 1, kernels(null, 6)))
                .series()
                .get(0)
                .points()
                .get(0);
        assertThat(point.velocity().runs()).containsExactly(0.25, null);
        assertThat(point.velocity().mean()).isEqualTo(0.25);
        assertThat(point.velocity().std()).isNull();
        assertThat(point.spectrum().trace().mean()).isEqualTo(7);
        assertThat(point.spectrum().effectiveRank().mean()).isNull();
        assertThat(point.spectrum().largest().mean()).containsExactly(7, 1);
    }

    @Test
    void survivesItsJson() {
        JsonMapper json = new JsonMapper();
        for (StudyFound found : List.of(forks(0.4), kernels(0.25, 8), kernels(null, 8))) {
            assertThat(json.readValue(json.writeValueAsString(found), StudyFound.class))
                    .usingRecursiveComparison()
                    .isEqualTo(found);
        }
        DynamicsReport report = DynamicsReport.of(CONNECTIVITY, Map.of(0, forks(0.4), 1, forks(0.5)));
        assertThat(json.readValue(json.writeValueAsString(report), DynamicsReport.class))
                .usingRecursiveComparison()
                .isEqualTo(report);
        assertThat(json.readValue(json.writeValueAsString(CONNECTIVITY), DynamicsRequest.class))
                .usingRecursiveComparison()
                .isEqualTo(CONNECTIVITY);
    }

    @Test
    void drawsBarriersAgainstTimeAndPathsAgainstAlpha() {
        DynamicsView study = view(CONNECTIVITY, DynamicsReport.of(CONNECTIVITY, Map.of(0, forks(0.4), 1, forks(0.6))));
        XYChart barriers = DynamicsPlot.of(study, DynamicsFigure.of(CONNECTIVITY, null, null, null));
        XYSeries first = barriers.getSeries("group 1");
        assertThat(first.getXData()).containsExactly(0, 2);
        assertThat(first.getYData()).containsExactly(new double[] {30, 0}, within(1e-9));
        assertThat(first.getExtraValues()[0]).isCloseTo(127.062, within(1e-2));
        XYChart path = DynamicsPlot.of(study, DynamicsFigure.of(CONNECTIVITY, "path", "loss", null));
        assertThat(path.getSeries("all").getXData()).containsExactly(0, 0.5, 1);
        assertThat(path.getSeries("group 1").getYData()).containsExactly(1, 2, 1);
        assertThat(path.getTitle()).contains("0 epochs");
    }

    @Test
    void drawsVelocitiesThatThereAre() {
        DynamicsFigure figure = DynamicsFigure.of(VELOCITY, "velocity", null, null);
        XYChart chart =
                DynamicsPlot.of(view(VELOCITY, DynamicsReport.of(VELOCITY, Map.of(0, kernels(0.25, 8)))), figure);
        assertThat(chart.getSeries("random").getYData()).containsExactly(0.25);
        XYChart none =
                DynamicsPlot.of(view(VELOCITY, DynamicsReport.of(VELOCITY, Map.of(0, kernels(null, 8)))), figure);
        assertThat(none.getSeries("random")).isNull();
        assertThatExceptionOfType(ConflictException.class)
                .isThrownBy(() -> DynamicsPlot.of(view(VELOCITY, new DynamicsReport(List.of())), figure));
    }

    @Test
    void refusesFiguresThatTheStudyDoesNotHave() {
        refused("figure", VELOCITY, "barrier", null, null);
        refused("figure", CONNECTIVITY, "velocity", null, null);
        refused("measure", CONNECTIVITY, "barrier", "accuracy", null);
        refused("measure", VELOCITY, null, "error", null);
        refused("epoch", CONNECTIVITY, "path", null, 1);
        refused("epoch", CONNECTIVITY, "barrier", null, 0);
    }

    private static void refused(
            String field,
            DynamicsRequest request,
            @Nullable String kind,
            @Nullable String measure,
            @Nullable Integer epoch) {
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> DynamicsFigure.of(request, kind, measure, epoch))
                .satisfies(e -> assertThat(e.violations().get(0).field()).isEqualTo(field));
    }

    private static DynamicsView view(DynamicsRequest request, DynamicsReport report) {
        return new DynamicsView(
                UUID.randomUUID(),
                JobStatus.RUNNING,
                request,
                new JobView.Progress(0.5, 1, 3, null, null, 10, null, null, null, null, null),
                request.connects() ? request.path() : null,
                report.series(),
                List.of(),
                null,
                null,
                Instant.EPOCH,
                null,
                null);
    }
}
