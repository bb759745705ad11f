package io.winnow.platform.web;

import io.winnow.platform.chart.ChartImage;
import io.winnow.platform.tabular.CsvWriter;
import io.winnow.platform.tabular.Table;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.knowm.xchart.XYChart;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;

/** Figures and the numbers in them as answers, which a browser takes for nothing else than they are. */
public final class FigureResponse {

    public static final String SVG = "image/svg+xml";
    public static final String CSV = "text/csv";

    private FigureResponse() {}

    public static ResponseEntity<byte[]> svg(XYChart chart) {
        return answer(SVG, ChartImage.svg(chart));
    }

    public static ResponseEntity<byte[]> png(XYChart chart) {
        return answer(MediaType.IMAGE_PNG_VALUE, ChartImage.png(chart));
    }

    public static ResponseEntity<byte[]> csv(Table table) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        CsvWriter.write(table, out);
        return answer(CSV, out.toByteArray());
    }

    private static ResponseEntity<byte[]> answer(String type, byte[] body) {
        return ResponseEntity.ok()
                .contentType(MediaType.parseMediaType(type))
                .header("X-Content-Type-Options", "nosniff")
                .body(body);
    }
}
