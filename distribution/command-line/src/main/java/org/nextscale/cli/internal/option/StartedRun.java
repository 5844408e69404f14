package org.nextscale.cli.internal.option;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.training.TrainingRequest;
import org.nextscale.cli.internal.text.Json;
import org.nextscale.files.WholeFile;

/**
 * What a run was begun with: {@code run.json} in its folder, which a trainer may write itself.
 *
 * @param parameters as text
 */
public record StartedRun(Path file, String trainer, String data, Map<String, String> parameters) {
    private static final String NAME = "run.json";
    private static final int LARGEST_FILE = 1 << 20;

    /** Writes it into the folder that the trainer made, unless the trainer has. */
    public static void write(TrainingRequest request, String trainer, Path data) {
        Path file = request.out().resolve(NAME);
        if (Files.isDirectory(request.out()) && !Files.exists(file)) {
            WholeFile.write(
                    file,
                    Json.object(
                                    "trainer",
                                    trainer,
                                    "data",
                                    data,
                                    "parameters",
                                    Json.object(request.parameters().asMap()))
                            + "\n");
        }
    }

    /** @throws InvalidInputException if there is no run in the folder, or its file is damaged */
    static StartedRun read(Path folder) {
        Path file = folder.resolve(NAME);
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(LARGEST_FILE);
            if (!(JsonParser.parseString(new String(bytes, StandardCharsets.UTF_8)) instanceof JsonObject run)) {
                throw damaged(file, "it is no JSON object", null);
            }
            Map<String, String> parameters = new LinkedHashMap<>();
            if (!(run.get("parameters") instanceof JsonObject said)) {
                throw damaged(file, "parameters are missing", null);
            }
            said.entrySet().forEach(each -> parameters.put(each.getKey(), text(file, each.getKey(), each.getValue())));
            return new StartedRun(
                    file, text(file, "trainer", run.get("trainer")), text(file, "data", run.get("data")), parameters);
        } catch (NoSuchFileException e) {
            throw new InvalidInputException(folder + " holds no run that could be resumed: there is no " + NAME, e);
        } catch (IOException e) {
            throw new InvalidInputException(file + " cannot be read: " + e.getMessage(), e);
        } catch (JsonParseException | StackOverflowError e) {
            throw damaged(file, "it is not JSON", e);
        }
    }

    /** @throws InvalidInputException if another trainer began the run */
    void requireTrainer(String id) {
        if (!trainer.equals(id)) {
            throw new InvalidInputException(
                    file.getParent() + " is a run of nextscale train " + trainer + ", not " + id);
        }
    }

    /** A value as it could have been typed. */
    private static String text(Path file, String name, JsonElement value) {
        if (value instanceof JsonPrimitive primitive) {
            return primitive.getAsString();
        }
        if (value instanceof JsonArray array) {
            List<String> parts = new ArrayList<>();
            array.forEach(each -> parts.add(text(file, name, each)));
            return String.join(",", parts);
        }
        throw damaged(file, name + " is missing", null);
    }

    private static InvalidInputException damaged(Path file, String what, Throwable cause) {
        return new InvalidInputException(file + " is damaged: " + what, cause);
    }
}
