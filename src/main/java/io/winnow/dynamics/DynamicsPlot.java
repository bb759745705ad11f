package io.winnow.dynamics;

import io.winnow.dynamics.DynamicsReport.GroupPoint;
import io.winnow.dynamics.DynamicsReport.GroupSeries;
import io.winnow.platform.ConflictException;
import java.awt.BasicStroke;
import java.awt.Color;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * A line with 95 % intervals for each group: groups by score from blue, the least important, to red; all samples, and random
 * ones, dashed in grey.
 */
public final class DynamicsPlot {

    public static final int WIDTH = 960;
    public static final int HEIGHT = 600;

    private static final Color LEAST = new Color(0x2B, 0x5C, 0xB8);
    private static final Color MIDDLE = new Color(0xB5, 0x9A, 0xC8);
    private static final Color MOST = new Color(0xB3, 0x1F, 0x24);
    private static final Color ALL = new Color(0x66, 0x66, 0x66);
    private static final double PERCENT = 100;

    private final DynamicsView study;
    private final DynamicsFigure figure;
    private final XYChart chart;

    private DynamicsPlot(DynamicsView study, DynamicsFigure figure) {
        this.study = study;
        this.figure = figure;
        this.chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(title())
                .xAxisTitle(figure.isPath() ? "α" : "epoch t")
                .yAxisTitle(yTitle())
                .build();
    }

    /** @throws ConflictException when no run is done yet */
    public static XYChart of(DynamicsView study, DynamicsFigure figure) {
        List<GroupSeries> series = Objects.requireNonNullElse(study.series(), List.of());
        if (series.isEmpty()) {
            throw new ConflictException("study %s has no run that is done yet; try again later".formatted(study.id()));
        }
        return new DynamicsPlot(study, figure).draw(series);
    }

    private XYChart draw(List<GroupSeries> series) {
        chart.getStyler().setLegendPosition(LegendPosition.OutsideE).setChartBackgroundColor(Color.WHITE);
        chart.getStyler().setXAxisDecimalPattern(figure.isPath() ? "0.0#" : "0").setYAxisDecimalPattern("0.###");
        long byScore = series.stream()
                .filter(one -> one.kind().equals(SampleGroups.SCORE))
                .count();
        int place = 0;
        for (GroupSeries one : series) {
            Color color = null;
            if (one.kind().equals(SampleGroups.SCORE)) {
                color = between(byScore == 1 ? 0 : place++ / (byScore - 1.0));
            } else if (!one.kind().equals(SampleGroups.SUBSET)) {
                color = ALL;
            }
            add(one, color);
        }
        return chart;
    }

    private String title() {
        String title =
                "%s, %s".formatted(study.request().dataset(), study.request().model());
        return figure.isPath() ? "%s: children that part after %d epochs".formatted(title, epoch()) : title;
    }

    private String yTitle() {
        if (figure.isVelocity()) {
            return "velocity of the tangent kernel";
        }
        String what = figure.isLoss() ? "training loss" : "training error, %";
        return figure.isPath() ? what : "barrier of the " + what;
    }

    /** t of the path that is drawn. */
    private int epoch() {
        return Objects.requireNonNullElse(figure.epoch(), study.request().at().get(0));
    }

    private void add(GroupSeries group, @Nullable Color color) {
        if (figure.isPath()) {
            CurveOverRuns curve = figure.curveOf(group.points().stream()
                    .filter(point -> point.epoch() == epoch())
                    .findFirst()
                    .orElseThrow());
            double[] mean = curve.mean();
            double[] margin = curve.margin() == null ? new double[mean.length] : curve.margin();
            add(group, color, study.request().path(), scaled(mean), scaled(margin));
            return;
        }
        List<GroupPoint> points = group.points().stream()
                .filter(point -> figure.of(point).mean() != null)
                .toList();
        if (!points.isEmpty()) {
            add(
                    group,
                    color,
                    points.stream().mapToDouble(GroupPoint::epoch).toArray(),
                    scaled(points.stream()
                            .mapToDouble(point -> orZero(figure.of(point).mean()))
                            .toArray()),
                    scaled(points.stream()
                            .mapToDouble(point -> orZero(figure.of(point).margin()))
                            .toArray()));
        }
    }

    private void add(GroupSeries group, @Nullable Color color, double[] x, double[] y, double[] margins) {
        boolean byScore = group.kind().equals(SampleGroups.SCORE);
        XYSeries series = chart.addSeries(byScore ? "group " + group.name() : group.name(), x, y, margins);
        series.setMarker(SeriesMarkers.CIRCLE);
        if (color != null) {
            series.setLineColor(color);
            series.setMarkerColor(color);
        }
        if (color == ALL) {
            series.setLineStyle(
                    new BasicStroke(2, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1, new float[] {6, 4}, 0));
        }
    }

    /** Errors in percent; no interval of a single run. */
    private double[] scaled(double[] values) {
        double factor = figure.isVelocity() || figure.isLoss() ? 1 : PERCENT;
        double[] scaled = new double[values.length];
        for (int i = 0; i < scaled.length; i++) {
            scaled[i] = factor * values[i];
        }
        return scaled;
    }

    private static double orZero(@Nullable Double value) {
        return value == null ? 0 : value;
    }

    /** @param place from 0, the least important, to 1 */
    private static Color between(double place) {
        return place < 0.5 ? mix(LEAST, MIDDLE, 2 * place) : mix(MIDDLE, MOST, 2 * place - 1);
    }

    private static Color mix(Color from, Color to, double share) {
        return new Color(
                (int) Math.round(from.getRed() + share * (to.getRed() - from.getRed())),
                (int) Math.round(from.getGreen() + share * (to.getGreen() - from.getGreen())),
                (int) Math.round(from.getBlue() + share * (to.getBlue() - from.getBlue())));
    }
}
