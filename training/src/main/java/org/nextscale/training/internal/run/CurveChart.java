package org.nextscale.training.internal.run;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.markers.SeriesMarkers;
import org.nextscale.api.image.RgbImage;

/**
 * A picture of a run's curves: the first column, the loss, large and on a logarithmic scale, as it was measured and
 * smoothed; the others below it.
 */
final class CurveChart {
    private static final double DECADE = 10;
    private static final int WIDTH = 1200;
    private static final int LOSS_HEIGHT = 520;
    private static final int OTHER_HEIGHT = 300;

    /** More points than this do not show. */
    private static final int MOST_POINTS = 2000;

    /** Points that the smoothed curve averages over, of those that show. */
    private static final int SMOOTHED_OVER = 50;

    /** Of these there is nothing to smooth. */
    private static final int FEW_POINTS = 100;

    private static final double SMALL = 0.05;
    private static final int MOST_LABELS = 8;
    private static final MathContext DIGITS = new MathContext(3);
    private static final int MOST_DECIMALS = 6;

    private static final Color RAW = new Color(0xb8cfe6);
    private static final Color SMOOTH = new Color(0x1f5fa8);

    private final String name;
    private final List<Double> steps = new ArrayList<>();
    private final List<Double> raw = new ArrayList<>();
    private final List<Double> smooth = new ArrayList<>();
    private final double weight;
    private double average;
    private long seen;
    private long lastPlace = -1;
    private double least = Double.POSITIVE_INFINITY;
    private double greatest = Double.NEGATIVE_INFINITY;

    private CurveChart(String name, long rows) {
        this.name = name;
        this.weight = 1.0 / Math.max(1, SMOOTHED_OVER * rows / MOST_POINTS);
    }

    /** Draws what is in a table; null if there is nothing. */
    static RgbImage draw(CurveTable table) throws IOException {
        long rows = table.rows();
        long every = Math.max(1, rows / MOST_POINTS);
        List<CurveChart> curves = new ArrayList<>();
        table.columns().forEach(each -> curves.add(new CurveChart(each, rows)));
        long[] row = {0};
        table.read((step, values) -> {
            long place = row[0]++ / every;
            for (int i = 0; i < values.length; i++) {
                curves.get(i).add(step, values[i], place);
            }
        });
        curves.removeIf(each -> each.steps.isEmpty());
        return curves.isEmpty() ? null : compose(curves);
    }

    /** Takes a value; of those with the same place along the axis the first one shows. */
    private void add(long step, double value, long place) {
        if (!Double.isFinite(value)) {
            return;
        }
        // A running mean to begin with, so that the first value does not last.
        seen++;
        average += (value - average) * Math.max(weight, 1.0 / seen);
        if (place != lastPlace) {
            lastPlace = place;
            steps.add((double) step);
            raw.add(value);
            smooth.add(average);
            least = Math.min(least, Math.min(value, average));
            greatest = Math.max(greatest, Math.max(value, average));
        }
    }

    private static RgbImage compose(List<CurveChart> curves) {
        int others = (curves.size() - 1 + 1) / 2;
        BufferedImage page = new BufferedImage(WIDTH, LOSS_HEIGHT + others * OTHER_HEIGHT, BufferedImage.TYPE_INT_RGB);
        Graphics2D pen = page.createGraphics();
        pen.setColor(Color.WHITE);
        pen.fillRect(0, 0, page.getWidth(), page.getHeight());
        pen.drawImage(curves.get(0).image(WIDTH, LOSS_HEIGHT, true), 0, 0, null);
        for (int i = 1; i < curves.size(); i++) {
            int left = (i - 1) % 2 * WIDTH / 2;
            int top = LOSS_HEIGHT + (i - 1) / 2 * OTHER_HEIGHT;
            pen.drawImage(curves.get(i).image(WIDTH / 2, OTHER_HEIGHT, false), left, top, null);
        }
        pen.dispose();
        return rgb(page);
    }

    private BufferedImage image(int width, int height, boolean logarithmic) {
        XYChart chart = new XYChartBuilder()
                .width(width)
                .height(height)
                .title(unit() == 1 ? name : name + ", in units of " + label(unit()))
                .xAxisTitle("step")
                .build();
        chart.getStyler().setLegendVisible(false);
        chart.getStyler().setChartBackgroundColor(Color.WHITE);
        // The axis labels whole decades alone: one that spans less would have none.
        chart.getStyler().setYAxisLogarithmic(logarithmic && least > 0 && greatest >= DECADE * least);
        chart.getStyler().setXAxisMaxLabelCount(MOST_LABELS);
        chart.getStyler().setYAxisTickLabelsFormattingFunction(CurveChart::label);
        if (raw.size() < FEW_POINTS) {
            line(chart, "measured", raw, SMOOTH, 2);
        } else {
            line(chart, "measured", raw, RAW, 1);
            line(chart, "smoothed", smooth, SMOOTH, 2);
        }
        return BitmapEncoder.getBufferedImage(chart);
    }

    /** XChart finds no round numbers for the axis of values so small. */
    private double unit() {
        return greatest > 0 && greatest < SMALL ? Math.pow(10, Math.floor(Math.log10(greatest))) : 1;
    }

    private static String label(double value) {
        BigDecimal rounded = new BigDecimal(value).round(DIGITS).stripTrailingZeros();
        return rounded.scale() > MOST_DECIMALS ? rounded.toString() : rounded.toPlainString();
    }

    private void line(XYChart chart, String series, List<Double> values, Color colour, int width) {
        double unit = unit();
        XYSeries line = chart.addSeries(
                series, steps, values.stream().map(value -> value / unit).toList());
        line.setMarker(SeriesMarkers.NONE);
        line.setLineColor(colour);
        line.setLineStyle(new BasicStroke(width, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
    }

    private static RgbImage rgb(BufferedImage page) {
        int width = page.getWidth();
        int height = page.getHeight();
        int[] pixels = page.getRGB(0, 0, width, height, null, 0, width);
        byte[] rgb = new byte[3 * pixels.length];
        for (int i = 0; i < pixels.length; i++) {
            rgb[3 * i] = (byte) (pixels[i] >> 16);
            rgb[3 * i + 1] = (byte) (pixels[i] >> 8);
            rgb[3 * i + 2] = (byte) pixels[i];
        }
        return new RgbImage(width, height, rgb);
    }
}
