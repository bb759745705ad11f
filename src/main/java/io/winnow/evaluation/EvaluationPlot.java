package io.winnow.evaluation;

import io.winnow.evaluation.EvaluationReport.PointReport;
import io.winnow.platform.ConflictException;
import java.awt.BasicStroke;
import java.awt.Color;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * Accuracy against the ratio kept: a line with 95 % intervals for each score set and policy, and bands as wide as their
 * intervals for random samples and for all.
 */
public final class EvaluationPlot {

    public static final int WIDTH = 960;
    public static final int HEIGHT = 600;

    private static final Color RANDOM = new Color(0x77, 0x77, 0x77);
    private static final Color FULL = new Color(0x22, 0x66, 0x22);
    private static final int BAND_ALPHA = 60;

    private EvaluationPlot() {}

    /** @throws io.winnow.platform.ConflictException when no training is done yet */
    public static XYChart of(EvaluationView evaluation) {
        List<PointReport> points = Objects.requireNonNullElse(evaluation.points(), List.of());
        if (points.isEmpty()) {
            throw new ConflictException(
                    "evaluation %s has no training that is done yet; try again later".formatted(evaluation.id()));
        }
        XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title("%s, %s"
                        .formatted(
                                evaluation.request().dataset(),
                                evaluation.request().model()))
                .xAxisTitle("ratio kept")
                .yAxisTitle("test accuracy, %")
                .build();
        chart.getStyler().setLegendPosition(LegendPosition.InsideSE).setChartBackgroundColor(Color.WHITE);
        chart.getStyler().setXAxisMin(0.0).setXAxisMax(1.0);
        chart.getStyler().setXAxisDecimalPattern("0.0#").setYAxisDecimalPattern("0.##");
        Map<Point.Line, List<PointReport>> lines = new LinkedHashMap<>();
        points.forEach(point ->
                lines.computeIfAbsent(point.line(), line -> new ArrayList<>()).add(point));
        lines.forEach((line, of) -> add(chart, line, of));
        return chart;
    }

    private static void add(XYChart chart, Point.Line line, List<PointReport> points) {
        points.sort(Comparator.comparing(PointReport::ratio));
        if (line.policy().equals(Point.FULL)) {
            double[] x = {0, 1};
            double mean = 100 * points.get(0).accuracy().mean();
            double margin = margin(points.get(0));
            band(chart, "all samples", FULL, x, new double[] {mean, mean}, new double[] {margin, margin});
            return;
        }
        double[] x = points.stream().mapToDouble(p -> p.ratio().doubleValue()).toArray();
        double[] y = points.stream().mapToDouble(p -> 100 * p.accuracy().mean()).toArray();
        double[] margins = points.stream().mapToDouble(EvaluationPlot::margin).toArray();
        if (line.policy().equals(Point.RANDOM)) {
            band(chart, "random", RANDOM, x, y, margins);
            return;
        }
        chart.addSeries(unused(chart, line.label()), x, y, margins).setMarker(SeriesMarkers.CIRCLE);
    }

    private static void band(XYChart chart, String name, Color color, double[] x, double[] y, double[] margins) {
        int n = x.length;
        double[] aroundX = new double[2 * n];
        double[] aroundY = new double[2 * n];
        for (int i = 0; i < n; i++) {
            aroundX[i] = x[i];
            aroundY[i] = y[i] + margins[i];
            aroundX[2 * n - 1 - i] = x[i];
            aroundY[2 * n - 1 - i] = y[i] - margins[i];
        }
        XYSeries area = chart.addSeries(name + ", 95 % interval", aroundX, aroundY);
        area.setXYSeriesRenderStyle(XYSeriesRenderStyle.PolygonArea);
        area.setFillColor(new Color(color.getRed(), color.getGreen(), color.getBlue(), BAND_ALPHA));
        area.setLineColor(new Color(0, 0, 0, 0));
        area.setMarker(SeriesMarkers.NONE);
        area.setShowInLegend(false);
        XYSeries middle = chart.addSeries(name, x, y);
        middle.setLineColor(color);
        middle.setMarkerColor(color);
        middle.setMarker(n == 1 ? SeriesMarkers.DIAMOND : SeriesMarkers.NONE);
        middle.setLineStyle(new BasicStroke(2, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1, new float[] {6, 4}, 0));
    }

    /** Two score sets of one method have lines of their own. */
    private static String unused(XYChart chart, String label) {
        String name = label;
        for (int i = 2; chart.getSeries(name) != null; i++) {
            name = label + " (" + i + ")";
        }
        return name;
    }

    /** In percentage points; no interval of a single run. */
    private static double margin(PointReport point) {
        Double margin = point.accuracy().margin();
        return margin == null ? 0 : 100 * margin;
    }
}
