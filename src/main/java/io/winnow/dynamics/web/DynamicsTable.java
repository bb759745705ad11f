package io.winnow.dynamics.web;

import io.winnow.dynamics.CurveOverRuns;
import io.winnow.dynamics.DynamicsFigure;
import io.winnow.dynamics.DynamicsReport.GroupPoint;
import io.winnow.dynamics.DynamicsReport.GroupSeries;
import io.winnow.dynamics.DynamicsReport.SpectrumOverRuns;
import io.winnow.dynamics.DynamicsView;
import io.winnow.dynamics.OverRuns;
import io.winnow.platform.tabular.Table;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The numbers behind a figure as rows: one for each group and epoch, of paths one for each α too. Empty where there is none. */
final class DynamicsTable implements Table {

    private final List<Row> rows = new ArrayList<>();
    private final String figure;

    /**
     * @param alpha place on the path
     */
    private record Row(GroupSeries group, GroupPoint point, int alpha) {}

    private final double[] alphas;

    DynamicsTable(DynamicsView study, DynamicsFigure figure) {
        this.figure = figure.kind();
        this.alphas = Objects.requireNonNullElse(study.alphas(), new double[0]);
        int steps = this.figure.equals(DynamicsFigure.PATH) ? alphas.length : 1;
        for (GroupSeries group : Objects.requireNonNullElse(study.series(), List.<GroupSeries>of())) {
            for (GroupPoint point : group.points()) {
                if (figure.epoch() == null || figure.epoch() == point.epoch()) {
                    for (int alpha = 0; alpha < steps; alpha++) {
                        rows.add(new Row(group, point, alpha));
                    }
                }
            }
        }
    }

    @Override
    public List<Column> columns() {
        List<Column> columns = new ArrayList<>();
        columns.add(new Texts("group", row -> rows.get(row).group().name()));
        columns.add(new Texts("kind", row -> rows.get(row).group().kind()));
        columns.add(new Integers("size", row -> rows.get(row).group().size()));
        columns.add(new Integers("epoch", row -> rows.get(row).point().epoch()));
        switch (figure) {
            case DynamicsFigure.PATH -> {
                columns.add(new Doubles("alpha", row -> alphas[rows.get(row).alpha()]));
                addCurve(columns, "error", GroupPoint::error);
                addCurve(columns, "loss", GroupPoint::loss);
            }
            case DynamicsFigure.BARRIER -> {
                columns.add(
                        new Integers("runs", row -> runs(rows.get(row).point().errorBarrier())));
                addNumber(columns, "errorBarrier", GroupPoint::errorBarrier);
                addNumber(columns, "lossBarrier", GroupPoint::lossBarrier);
            }
            default -> {
                columns.add(
                        new Texts("samples", row -> text(rows.get(row).group().samples())));
                columns.add(
                        new Integers("runs", row -> runs(rows.get(row).point().velocity())));
                addNumber(columns, "velocity", GroupPoint::velocity);
                addNumber(columns, "trace", ofSpectrum(SpectrumOverRuns::trace));
                addNumber(columns, "norm", ofSpectrum(SpectrumOverRuns::norm));
                addNumber(columns, "effectiveRank", ofSpectrum(SpectrumOverRuns::effectiveRank));
                addNumber(columns, "directionsOf90Percent", ofSpectrum(SpectrumOverRuns::directionsOf90Percent));
            }
        }
        return columns;
    }

    @Override
    public void scan(Block block) throws IOException {
        block.rows(rows.size());
    }

    private void addNumber(List<Column> columns, String name, Function<GroupPoint, @Nullable OverRuns> of) {
        columns.add(new Texts(name, row -> text(there(row, of).mean())));
        columns.add(new Texts(name + "Std", row -> text(there(row, of).std())));
        columns.add(new Texts(name + "Margin", row -> text(there(row, of).margin())));
    }

    private OverRuns there(int row, Function<GroupPoint, @Nullable OverRuns> of) {
        return Objects.requireNonNull(of.apply(rows.get(row).point()));
    }

    private void addCurve(List<Column> columns, String name, Function<GroupPoint, @Nullable CurveOverRuns> of) {
        columns.add(new Texts(name, row -> at(row, of, CurveOverRuns::mean)));
        columns.add(new Texts(name + "Std", row -> at(row, of, CurveOverRuns::std)));
        columns.add(new Texts(name + "Margin", row -> at(row, of, CurveOverRuns::margin)));
    }

    private String at(
            int row,
            Function<GroupPoint, @Nullable CurveOverRuns> of,
            Function<CurveOverRuns, double @Nullable []> part) {
        double[] values =
                part.apply(Objects.requireNonNull(of.apply(rows.get(row).point())));
        return values == null ? "" : text(values[rows.get(row).alpha()]);
    }

    private static Function<GroupPoint, @Nullable OverRuns> ofSpectrum(Function<SpectrumOverRuns, OverRuns> part) {
        return point -> part.apply(Objects.requireNonNull(point.spectrum()));
    }

    private static int runs(@Nullable OverRuns numbers) {
        return numbers == null ? 0 : numbers.runs().size();
    }

    private static String text(@Nullable Object value) {
        return value == null ? "" : value.toString();
    }
}
