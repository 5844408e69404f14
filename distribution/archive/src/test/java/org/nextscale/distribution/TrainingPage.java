package org.nextscale.distribution;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What {@code docs/training.md} tells a person to do.
 *
 * @param commands the lines of its shell block
 * @param files its YAML blocks by the name in their first line
 */
record TrainingPage(List<String> commands, Map<String, String> files) {
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```(sh|yaml)\\R(.*?)^```$");
    private static final Pattern NAME = Pattern.compile("# (\\S+\\.yaml)\\R");

    static TrainingPage read() throws IOException {
        Path page = Path.of(System.getProperty("nextscale.root"), "docs", "training.md");
        List<String> commands = List.of();
        Map<String, String> files = new LinkedHashMap<>();
        Matcher block = BLOCK.matcher(Files.readString(page));
        while (block.find()) {
            String text = block.group(2);
            Matcher name = NAME.matcher(text);
            if (block.group(1).equals("sh")) {
                commands = text.lines().toList();
            } else if (name.lookingAt()) {
                files.put(name.group(1), text);
            }
        }
        return new TrainingPage(commands, files);
    }

    /** A command as the page has it for a first try: with the settings file of the trainer that it names. */
    String tiny(String command) {
        for (String file : files.keySet()) {
            String trainer = file.replaceAll("^tiny-|\\.yaml$", "");
            if (command.startsWith("nextscale train " + trainer + " ")) {
                return command + " --config " + file;
            }
        }
        return command;
    }
}
