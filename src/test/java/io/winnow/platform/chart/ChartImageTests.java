package io.winnow.platform.chart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.TreeSet;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class ChartImageTests {

    /** What only draws. */
    private static final Set<String> DRAWN = Set.of(
            "svg", "g", "defs", "clipPath", "path", "rect", "line", "polyline", "polygon", "circle", "ellipse", "text");

    /** Names come from outside: of data sets, of models, of methods that were imported. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "</text><script>alert(1)</script>",
                "<img src=x onerror=alert(1)>",
                "]]><script xmlns=\"http://www.w3.org/1999/xhtml\">alert(1)</script>",
                "--><svg onload=alert(1)>",
                "\"/><foreignObject/><a xlink:href=\"javascript:alert(1)\">",
                "&lt;script&gt; &#60;script&#62; &evil;"
            })
    void drawsTextsOfOthersAsTextWhateverTheySay(String text) throws Exception {
        XYChart chart = new XYChartBuilder()
                .title(text)
                .xAxisTitle(text)
                .yAxisTitle(text)
                .build();
        chart.addSeries(text, new double[] {0, 1}, new double[] {1, 2});

        byte[] svg = ChartImage.svg(chart);

        assertThat(new String(svg, StandardCharsets.UTF_8))
                .doesNotContain("<script", "<img", "<foreignObject", "javascript:", "<!DOCTYPE", "<!ENTITY");
        Document document = DocumentBuilderFactory.newDefaultNSInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(svg));
        NodeList all = document.getElementsByTagName("*");
        Set<String> names = new TreeSet<>();
        for (int i = 0; i < all.getLength(); i++) {
            Element element = (Element) all.item(i);
            names.add(element.getTagName());
            for (int a = 0; a < element.getAttributes().getLength(); a++) {
                assertThat(element.getAttributes().item(a).getNodeName())
                        .doesNotStartWith("on")
                        .doesNotContain("href");
            }
        }
        assertThat(DRAWN).containsAll(names);
        assertThat(names).contains("svg", "path");
        assertThat(ChartImage.png(chart)).isNotEmpty();
    }
}
