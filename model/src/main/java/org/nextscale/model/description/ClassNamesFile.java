package org.nextscale.model.description;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.nextscale.api.InvalidInputException;
import org.nextscale.files.PrintableText;
import org.nextscale.model.internal.text.SmallText;

/** A file of class names: UTF-8, one name a line, in the order of the classes. */
public final class ClassNamesFile {
    private ClassNamesFile() {}

    /**
     * Reads one. Space around names and empty lines at the end do not count.
     *
     * @return one name a class
     * @throws InvalidInputException naming the line that is empty, not UTF-8, or has a character that does not show
     */
    public static List<String> read(Path file) {
        List<String> lines = SmallText.decode(file, SmallText.load(file))
                .stripTrailing()
                .lines()
                .map(String::strip)
                .toList();
        List<String> names = new ArrayList<>();
        for (String name : lines) {
            String where = file + ": line " + (names.size() + 1);
            if (name.isEmpty()) {
                throw new InvalidInputException(where + " is empty, but every line is the name of a class; "
                        + "take it out, or name class " + names.size());
            }
            if (!PrintableText.isPrintable(name)) {
                throw new InvalidInputException(where + ": \"" + PrintableText.printable(name)
                        + "\" cannot be the name of a class: it has a character that does not show");
            }
            names.add(name);
        }
        if (names.isEmpty()) {
            throw new InvalidInputException(file + ": is empty, expected one class name a line");
        }
        return names;
    }
}
