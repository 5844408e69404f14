package org.nextscale.cli.internal.option;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.engine.PluginInfo;
import org.nextscale.api.export.ModelExporter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * {@code --ID} for every exporter, and a flag for every parameter that any of them declares about itself: what is plugged in
 * decides what can be typed.
 */
public final class ExportOptions {
    private final List<PluginInfo<ModelExporter>> exporters;
    private final Map<String, OptionSpec> formats = new LinkedHashMap<>();
    private final ParameterFlags flags = new ParameterFlags();

    public ExportOptions(List<PluginInfo<ModelExporter>> exporters) {
        this.exporters = exporters;
    }

    /** Adds the options to a command, whose own come first: another of the same name is left out. */
    public void addTo(CommandSpec command) {
        for (PluginInfo<ModelExporter> exporter : exporters) {
            OptionSpec format = OptionSpec.builder("--" + exporter.id())
                    .type(Boolean.class)
                    .arity("0")
                    .description("write " + exporter.description())
                    .build();
            if (command.findOption(format.longestName()) == null) {
                command.addOption(format);
                formats.put(exporter.id(), format);
            }
        }
        flags.addTo(command, exporters);
    }

    /**
     * Id of the exporter that was typed.
     *
     * @throws InvalidInputException if none or more than one was
     */
    public String exporter() {
        List<String> typed = new ArrayList<>();
        formats.forEach((id, option) -> {
            if (option.getValue() != null) {
                typed.add(id);
            }
        });
        if (typed.size() == 1) {
            return typed.get(0);
        }
        if (formats.isEmpty()) {
            throw new InvalidInputException("no exporter is plugged in: see nextscale plugins");
        }
        throw new InvalidInputException(
                (typed.isEmpty() ? "say as what to write the model: " : "one at a time, please: ")
                        + String.join(
                                " or ",
                                formats.keySet().stream().map(id -> "--" + id).toList()));
    }

    /** The parameters that were typed, as text. */
    public Map<String, String> parameters() {
        return flags.typed();
    }
}
