package org.nextscale.cli.internal.option;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.plugin.Parameter;
import org.nextscale.cli.internal.text.NearestWord;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * A file of settings in YAML: a mapping of names to words, or to lists of words, which mean the words joined by commas.
 * Words are taken as they stand: what they mean is for the parameter to say. Read event by event, so that nothing is built
 * that the file merely asks for; aliases and tags have no meaning here.
 */
final class YamlSettings {
    private static final int LARGEST_FILE = 1 << 16;

    private final Path file;
    private final Map<String, Setting> settings = new LinkedHashMap<>();

    /** @param line it begins in, from 1 */
    private record Setting(String value, int line) {}

    private YamlSettings(Path file) {
        this.file = file;
    }

    /** @throws InvalidInputException with file, line and what is wrong */
    static YamlSettings read(Path file) {
        YamlSettings read = new YamlSettings(file);
        LoadSettings settings = LoadSettings.builder().setLabel(file.toString()).build();
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(LARGEST_FILE + 1);
            if (bytes.length > LARGEST_FILE) {
                throw new InvalidInputException(file + " is larger than settings are: " + LARGEST_FILE + " bytes");
            }
            Parse parse = new Parse(settings);
            read.document(
                    parse.parseInputStream(new ByteArrayInputStream(bytes)).iterator());
            return read;
        } catch (NoSuchFileException e) {
            throw new InvalidInputException(file + " does not exist", e);
        } catch (IOException e) {
            throw new InvalidInputException(file + " cannot be read: " + e.getMessage(), e);
        } catch (MarkedYamlEngineException e) {
            int line = e.getProblemMark().map(mark -> mark.getLine() + 1).orElse(1);
            throw new InvalidInputException(read.at(line) + "is not YAML: " + oneLine(e.getProblem()), e);
        } catch (YamlEngineException e) {
            throw new InvalidInputException(file + " is not YAML: " + oneLine(e.getMessage()), e);
        }
    }

    private static String oneLine(String text) {
        return String.valueOf(text).lines().findFirst().orElse("").strip();
    }

    private void document(Iterator<Event> events) {
        events.next(); // the stream begins
        Event first = events.next();
        if (first.getEventId() == Event.ID.StreamEnd) {
            return;
        }
        Event root = events.next();
        if (root.getEventId() == Event.ID.Scalar
                && ((ScalarEvent) root).getValue().isEmpty()) {
            return;
        }
        require(root, Event.ID.MappingStart, "lines of the form name: value");
        for (Event key = events.next(); key.getEventId() != Event.ID.MappingEnd; key = events.next()) {
            String name = scalar(key, "a name");
            Setting setting = new Setting(value(events), line(key));
            if (settings.putIfAbsent(name, setting) != null) {
                throw new InvalidInputException(at(line(key)) + name + " is said twice");
            }
        }
        events.next(); // the document ends
        require(events.next(), Event.ID.StreamEnd, "no second document");
    }

    private String value(Iterator<Event> events) {
        Event event = events.next();
        if (event.getEventId() != Event.ID.SequenceStart) {
            return scalar(event, "a word or a list of words");
        }
        List<String> words = new ArrayList<>();
        for (Event each = events.next(); each.getEventId() != Event.ID.SequenceEnd; each = events.next()) {
            words.add(scalar(each, "a word"));
        }
        return String.join(",", words);
    }

    private String scalar(Event event, String expected) {
        require(event, Event.ID.Scalar, expected);
        return ((ScalarEvent) event).getValue();
    }

    private void require(Event event, Event.ID id, String expected) {
        if (event.getEventId() != id) {
            throw new InvalidInputException(at(line(event)) + "expected " + expected);
        }
    }

    private static int line(Event event) {
        return event.getStartMark().map(mark -> mark.getLine() + 1).orElse(1);
    }

    private String at(int line) {
        return file + " line " + line + ": ";
    }

    /** @throws InvalidInputException if a name is none of {@code known}, or a value is not what its parameter takes */
    void check(Collection<String> known, List<Parameter> parameters) {
        settings.forEach((name, setting) -> {
            if (!known.contains(name)) {
                throw new InvalidInputException(at(setting.line) + "there is no setting " + name + ", did you mean "
                        + NearestWord.of(name, known) + "?");
            }
            for (Parameter parameter : parameters) {
                if (parameter.name().equals(name)) {
                    parse(parameter, setting);
                }
            }
        });
    }

    private void parse(Parameter parameter, Setting setting) {
        try {
            parameter.parse(setting.value);
        } catch (InvalidInputException e) {
            throw new InvalidInputException(at(setting.line) + e.getMessage(), e);
        }
    }

    /** What is said of a name; {@code null} if nothing is. */
    String get(String name) {
        Setting setting = settings.get(name);
        return setting == null ? null : setting.value;
    }

    Collection<String> names() {
        return settings.keySet();
    }
}
