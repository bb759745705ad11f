package io.winnow.evaluation.web;

import io.winnow.evaluation.EvaluationReport.Gain;
import io.winnow.evaluation.EvaluationReport.PointReport;
import io.winnow.platform.tabular.Table;
import java.io.IOException;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The points of an evaluation as rows; a cell is empty where there is nothing to tell. */
record PointTable(List<PointReport> points) implements Table {

    @Override
    public List<Column> columns() {
        return List.of(
                new Texts("scoreSet", row -> text(points.get(row).scoreSet())),
                new Texts("method", row -> text(points.get(row).method())),
                new Texts("policy", row -> points.get(row).policy()),
                new Texts("parameters", row -> parameters(points.get(row))),
                new Doubles("ratio", row -> points.get(row).ratio().doubleValue()),
                new Integers("size", row -> points.get(row).size()),
                new Integers("runs", row -> points.get(row).accuracy().runs().length),
                new Doubles("accuracy", row -> points.get(row).accuracy().mean()),
                new Texts("std", row -> text(points.get(row).accuracy().std())),
                new Texts("margin", row -> text(points.get(row).accuracy().margin())),
                new Texts("gain", row -> gain(points.get(row), Part.MEAN)),
                new Texts("gainLow", row -> gain(points.get(row), Part.LOW)),
                new Texts("gainHigh", row -> gain(points.get(row), Part.HIGH)),
                new Integers("steps", row -> points.get(row).steps()));
    }

    @Override
    public void scan(Block block) throws IOException {
        block.rows(points.size());
    }

    private enum Part {
        MEAN,
        LOW,
        HIGH
    }

    private static String gain(PointReport point, Part part) {
        Gain gain = point.gain();
        return gain == null
                ? ""
                : text(
                        switch (part) {
                            case MEAN -> gain.mean();
                            case LOW -> gain.low();
                            case HIGH -> gain.high();
                        });
    }

    private static String parameters(PointReport point) {
        StringBuilder text = new StringBuilder();
        new TreeMap<>(point.parameters())
                .forEach((name, value) -> text.append(text.isEmpty() ? "" : " ")
                        .append(name)
                        .append('=')
                        .append(value));
        return text.toString();
    }

    private static String text(@Nullable Object value) {
        return value == null ? "" : value.toString();
    }
}
