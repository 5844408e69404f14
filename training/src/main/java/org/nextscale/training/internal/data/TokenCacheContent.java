package org.nextscale.training.internal.data;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * What tokens are in a cache, and what they were made of.
 *
 * @param tokenizer fingerprint of the tokenizer
 * @param data fingerprint of the images
 * @param patchNums the pyramid
 * @param vocabulary codes of the codebook: tokens are 0 to vocabulary − 1
 * @param views how each image was looked at; a variant of its tokens for each
 * @param images how many
 */
public record TokenCacheContent(
        String tokenizer, String data, List<Integer> patchNums, int vocabulary, List<View> views, int images) {
    /** Looks at an image that a cache may hold. */
    public static final int MOST_VIEWS = 64;

    /** Codes that two bytes can tell apart. */
    private static final int SHORT_VOCABULARY = 1 << 16;

    private static final int MOST_IMAGES = 1 << 28;
    private static final int MOST_SCALES = 64;
    private static final int LARGEST_PATCH = 256;

    public TokenCacheContent {
        patchNums = List.copyOf(patchNums);
        views = List.copyOf(views);
        Objects.requireNonNull(tokenizer);
        Objects.requireNonNull(data);
        boolean sane = vocabulary > 0
                && images > 0
                && images <= MOST_IMAGES
                && !patchNums.isEmpty()
                && patchNums.size() <= MOST_SCALES
                && patchNums.stream().allMatch(each -> each > 0 && each <= LARGEST_PATCH)
                && !views.isEmpty()
                && views.size() <= MOST_VIEWS
                && (long) images * views.size() <= Integer.MAX_VALUE;
        if (!sane) {
            throw new IllegalArgumentException(images + " images, pyramid " + patchNums + ", vocabulary " + vocabulary
                    + ", " + views.size() + " views");
        }
    }

    /** Tokens of one view of one image, all scales. */
    public int tokensPerImage() {
        return patchNums.stream().mapToInt(each -> each * each).sum();
    }

    /** Bytes a token takes in the file. */
    int tokenBytes() {
        return vocabulary <= SHORT_VOCABULARY ? Short.BYTES : Integer.BYTES;
    }

    /** Bytes of one view of one image. */
    long viewBytes() {
        return (long) tokensPerImage() * tokenBytes();
    }

    /** Bytes of all tokens. */
    long bodyBytes() {
        return Math.multiplyExact(Math.multiplyExact(viewBytes(), (long) views.size()), (long) images);
    }

    String toJson() {
        JsonObject json = new JsonObject();
        json.addProperty("tokenizer", tokenizer);
        json.addProperty("data", data);
        JsonArray pyramid = new JsonArray();
        patchNums.forEach(pyramid::add);
        json.add("patchNums", pyramid);
        json.addProperty("vocabulary", vocabulary);
        JsonArray looks = new JsonArray();
        for (View each : views) {
            JsonObject view = new JsonObject();
            view.addProperty("cropY", each.cropY());
            view.addProperty("cropX", each.cropX());
            view.addProperty("flipped", each.flipped());
            looks.add(view);
        }
        json.add("views", looks);
        json.addProperty("images", images);
        return json.toString();
    }

    /** The opposite of {@link #toJson}; an {@link IllegalArgumentException} if it is none. */
    static TokenCacheContent parse(String text) {
        try {
            JsonObject json = JsonParser.parseString(text).getAsJsonObject();
            List<Integer> patchNums = new ArrayList<>();
            for (JsonElement each : json.getAsJsonArray("patchNums")) {
                patchNums.add(each.getAsInt());
            }
            List<View> views = new ArrayList<>();
            for (JsonElement each : json.getAsJsonArray("views")) {
                JsonObject view = each.getAsJsonObject();
                views.add(new View(
                        view.get("cropY").getAsDouble(),
                        view.get("cropX").getAsDouble(),
                        view.get("flipped").getAsBoolean()));
            }
            return new TokenCacheContent(
                    json.get("tokenizer").getAsString(),
                    json.get("data").getAsString(),
                    patchNums,
                    json.get("vocabulary").getAsInt(),
                    views,
                    json.get("images").getAsInt());
        } catch (JsonParseException
                | IllegalStateException
                | UnsupportedOperationException
                | NullPointerException
                | ClassCastException
                | ArithmeticException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** What sets another content apart from this one, in words; empty if nothing does. */
    List<String> differences(TokenCacheContent found) {
        List<String> differences = new ArrayList<>();
        if (!tokenizer.equals(found.tokenizer)) {
            differences.add("another tokenizer");
        }
        if (!data.equals(found.data)) {
            differences.add("other images");
        } else if (images != found.images) {
            differences.add(found.images + " images instead of " + images);
        }
        if (!patchNums.equals(found.patchNums)) {
            differences.add("the pyramid " + found.patchNums + " instead of " + patchNums);
        }
        if (vocabulary != found.vocabulary) {
            differences.add("a vocabulary of " + found.vocabulary + " instead of " + vocabulary);
        }
        if (!views.equals(found.views)) {
            differences.add(found.views.size() + " views an image"
                    + (views.size() == found.views.size() ? ", others than asked for" : " instead of " + views.size()));
        }
        return differences;
    }
}
