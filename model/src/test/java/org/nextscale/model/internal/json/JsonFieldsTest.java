package org.nextscale.model.internal.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nextscale.api.InvalidInputException;

class JsonFieldsTest {
    private static final Path FILE = Path.of("config.json");

    private static JsonFields parse(String text) {
        return JsonFields.parse(FILE, text.getBytes(StandardCharsets.UTF_8));
    }

    private static String refusal(byte[] bytes) {
        String message = assertThrows(InvalidInputException.class, () -> JsonFields.parse(FILE, bytes))
                .getMessage();
        assertEquals(1, message.lines().count(), message);
        assertTrue(message.startsWith("config.json: "), message);
        return message;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{#  \"ch\": 1, // channels#}               | 2 | 12 | a comment, which JSON does not have; take it out",
                "/* mine */ {}                              | 1 | 1  | a comment, which JSON does not have; take it out",
                "{\"ch\": 1,#}                              | 1 | 9  | a comma after the last entry; take it out",
                "{\"ch\": [1, 2,]}                          | 1 | 13 | a comma after the last entry; take it out",
                "{\"ch\": 1#\"depth\": 2}                   | 2 | 1  | expected a comma or }, found \"",
                "{\"ch\": [1 2]}                            | 1 | 11 | expected a comma or ], found 2",
                "{'ch': 1}                                  | 1 | 2  | names and texts stand in straight double quotes",
                "{ch: 1}                                    | 1 | 2  | expected a name in double quotes, found ch",
                "{\"ch\" 1}                                 | 1 | 7  | expected a colon, found 1",
                "{\"ch\": True}                             | 1 | 8  | write true instead of True",
                "{\"ch\": None}                             | 1 | 8  | write null instead of None",
                "{\"ch\": NaN}                              | 1 | 8  | expected a value, found NaN",
                "{\"ch\": }                                 | 1 | 8  | expected a value, found }",
                "{\"ch\": 01}                               | 1 | 9  | expected a comma or }, found 1",
                "{\"ch\": 1.}                               | 1 | 10 | expected a digit, found }",
                "{\"ch\": -}                                | 1 | 9  | expected a digit, found }",
                "{\"a\": \"C:\\models\"}                    | 1 | 10 | a backslash that means nothing; a backslash itself is written twice",
                "{\"a\": \"\\u12\"}                         | 1 | 12 | \\u without its four digits",
                "{\"a\": \"b#c\"}                           | 1 | 7  | a text that does not end on its line",
                "{\"ch\": 1                                 | 1 | 9  | it breaks off, expected a comma or }",
                "{\"ch\": \"x                               | 1 | 8  | a text that does not end on its line",
                "{} {}                                      | 1 | 4  | expected nothing after its end, found {",
            })
    void whatIsWrongIsSaidWithLineAndColumn(String text, int line, int column, String words) {
        String message = refusal(text.strip().replace('#', '\n').getBytes(StandardCharsets.UTF_8));
        assertEquals("config.json: is not valid JSON at line " + line + ", column " + column + ": " + words, message);
    }

    @Test
    void emptyDeepAndOtherFilesAreRefused() {
        assertTrue(refusal(new byte[0]).contains("it is empty"));
        assertTrue(refusal("[".repeat(5000).getBytes(StandardCharsets.UTF_8)).contains("nested more than 100"));
        assertTrue(refusal("[]".getBytes(StandardCharsets.UTF_8)).contains("is not a JSON object"));
    }

    @Test
    void theMarkOfWindowsIsPassedOverAndOtherEncodingsAreNamed() {
        assertEquals(Optional.of(3), parse("\ufeff{\"ch\": 3}").integer("ch"));
        assertTrue(refusal("{\"ch\": 3}".getBytes(StandardCharsets.UTF_16LE)).contains("is in UTF-16; save it as"));
        assertTrue(refusal("{\"ch\": 3}".getBytes(StandardCharsets.UTF_16)).contains("is in UTF-16; save it as"));
        byte[] latin = "{\n\"class_names\": [\"rosé\"]}".getBytes(Charset.forName("ISO-8859-1"));
        assertTrue(refusal(latin).contains("line 2 is not UTF-8"));
    }

    /** Whatever passes here passes the parser too, and the other way round. */
    @Test
    void itAgreesWithTheParser() throws IOException {
        String good = "{\"a\": [1, -2.5e3, true, null], \"b\": {\"c\": \"\\u00e9\\n\"}, \"d\": 0}";
        String pieces = "{}[]\",:\\ \n-+.0e1tfnu/'";
        Random random = new Random(7);
        for (int i = 0; i < 5000; i++) {
            StringBuilder text = new StringBuilder(good);
            for (int n = 1 + random.nextInt(2); n > 0; n--) {
                int at = random.nextInt(text.length());
                char piece = pieces.charAt(random.nextInt(pieces.length()));
                if (random.nextBoolean()) {
                    text.setCharAt(at, piece);
                } else {
                    text.insert(at, piece);
                }
            }
            boolean passes = true;
            try {
                JsonSyntax.require(FILE, text.toString());
            } catch (InvalidInputException e) {
                passes = false;
            }
            assertEquals(parses(text.toString()), passes, text.toString());
        }
    }

    private static boolean parses(String text) throws IOException {
        try (JsonReader reader = new JsonReader(new StringReader(text))) {
            reader.setStrictness(Strictness.STRICT);
            JsonParser.parseReader(reader);
            return reader.peek().name().equals("END_DOCUMENT");
        } catch (JsonParseException | IllegalStateException | NumberFormatException e) {
            return false;
        } catch (IOException e) {
            return false;
        }
    }
}
