package io.winnow.platform.chart;

import io.winnow.platform.UnprocessableException;
import java.awt.Dimension;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.transform.TransformerException;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;
import org.apache.batik.svggen.SVGGraphics2D;
import org.knowm.xchart.XYChart;
import org.w3c.dom.Document;

/** A chart as the bytes of a picture. In SVG the letters are shapes: it looks the same without the fonts. */
public final class ChartImage {

    private static final String SVG = "http://www.w3.org/2000/svg";

    private ChartImage() {}

    public static byte[] svg(XYChart chart) {
        SVGGraphics2D graphics = new SVGGraphics2D(document());
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            graphics.setSVGCanvasSize(new Dimension(chart.getWidth(), chart.getHeight()));
            paint(chart, graphics);
            // Not by the graphics themselves, which name a DTD that a reader would fetch.
            TransformerFactory.newDefaultInstance()
                    .newTransformer()
                    .transform(new DOMSource(graphics.getRoot()), new StreamResult(out));
        } catch (TransformerException e) {
            throw new IllegalStateException(e);
        } finally {
            graphics.dispose();
        }
        return out.toByteArray();
    }

    /** Fonts are the machine's: Java has none of its own, and a bare container neither. */
    private static void paint(XYChart chart, Graphics2D graphics) {
        try {
            new Font(Font.SANS_SERIF, Font.PLAIN, 10).createGlyphVector(graphics.getFontRenderContext(), "0");
        } catch (RuntimeException | Error e) {
            throw new UnprocessableException(
                    "this process has no fonts to draw letters with: install fontconfig and a font on its machine; points.csv has the numbers");
        }
        chart.paint(graphics, chart.getWidth(), chart.getHeight());
    }

    private static Document document() {
        try {
            return DocumentBuilderFactory.newDefaultNSInstance()
                    .newDocumentBuilder()
                    .getDOMImplementation()
                    .createDocument(SVG, "svg", null);
        } catch (ParserConfigurationException e) {
            throw new IllegalStateException(e);
        }
    }

    public static byte[] png(XYChart chart) {
        BufferedImage image = new BufferedImage(chart.getWidth(), chart.getHeight(), BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        try {
            paint(chart, graphics);
        } finally {
            graphics.dispose();
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, "png", out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }
}
