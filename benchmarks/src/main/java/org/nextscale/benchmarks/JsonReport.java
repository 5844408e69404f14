package org.nextscale.benchmarks;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import org.nextscale.api.model.ModelSpec;

/** The results for programs: every single measurement, times in nanoseconds, and the targets. */
final class JsonReport {
    private JsonReport() {}

    static String of(ModelSpec spec, Results results) {
        Gson gson = new GsonBuilder()
                .setPrettyPrinting()
                .serializeSpecialFloatingPointValues()
                .create();
        JsonObject json = gson.toJsonTree(results).getAsJsonObject();
        json.add("patchNums", gson.toJsonTree(spec.pyramid().patchNums()));
        json.addProperty("peakEngine", results.peakEngine());
        json.addProperty("peakGflops", results.peak());
        JsonArray targets = json.getAsJsonArray("targets");
        int i = 0;
        for (JsonElement target : targets) {
            target.getAsJsonObject().addProperty("met", results.targets.get(i++).met());
        }
        return gson.toJson(json);
    }
}
