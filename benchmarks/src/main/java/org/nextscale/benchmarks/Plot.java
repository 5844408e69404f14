package org.nextscale.benchmarks;

import java.awt.Font;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.style.Styler;
import org.nextscale.api.model.ModelSpec;

/** Bars: the median time of every scale and of the decoder, a colour a contestant. */
final class Plot {
    private static final int WIDTH = 1200;
    private static final int HEIGHT = 600;

    private Plot() {}

    static void write(ModelSpec spec, Results results, Path file) throws IOException {
        CategoryChart chart = new CategoryChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(results.model + ", one image of " + spec.imageSize() + " px under guidance")
                .xAxisTitle("tokens of the scale")
                .yAxisTitle("milliseconds")
                .build();
        chart.getStyler().setLegendPosition(Styler.LegendPosition.InsideNW);
        chart.getStyler().setAvailableSpaceFill(0.8);
        chart.getStyler().setPlotGridVerticalLinesVisible(false);
        chart.getStyler().setLegendFont(new Font(Font.SANS_SERIF, Font.PLAIN, 13));
        List<String> places = new ArrayList<>();
        for (int side : spec.pyramid().patchNums()) {
            places.add(side + "×" + side);
        }
        places.add("decoder");
        results.contestants.forEach((name, measured) -> {
            List<Double> milliseconds = new ArrayList<>();
            for (int k = 0; k < spec.pyramid().scales(); k++) {
                int scale = k;
                milliseconds.add(
                        Spread.of(measured.rounds, t -> t.scales()[scale] / 1e6).median());
            }
            milliseconds.add(Spread.of(measured.rounds, t -> t.decoder() / 1e6).median());
            String seconds = measured.seconds().text(2).replaceAll(" .*", "");
            chart.addSeries(name + ", " + seconds + " s", places, milliseconds);
        });
        ImageIO.write(BitmapEncoder.getBufferedImage(chart), "png", file.toFile());
    }
}
