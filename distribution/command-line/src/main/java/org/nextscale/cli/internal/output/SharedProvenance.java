package org.nextscale.cli.internal.output;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/** What a file of several images says about how they were made. */
final class SharedProvenance {
    private SharedProvenance() {}

    /** What all have in common once; what differs (number, class, class name) as a list joined by commas, image by image. */
    static Map<String, String> of(List<Map<String, String>> provenances) {
        Map<String, String> shared = new LinkedHashMap<>();
        if (provenances.size() == 1) {
            return provenances.get(0);
        }
        for (Map<String, String> provenance : provenances) {
            for (String key : provenance.keySet()) {
                shared.computeIfAbsent(key, k -> joined(k, provenances));
            }
        }
        return shared;
    }

    private static String joined(String key, List<Map<String, String>> provenances) {
        String first = provenances.get(0).get(key);
        boolean perImage = key.equals("image") || key.equals("class");
        if (!perImage && provenances.stream().allMatch(p -> Objects.equals(p.get(key), first))) {
            return first;
        }
        return provenances.stream().map(p -> p.getOrDefault(key, "")).collect(Collectors.joining(","));
    }
}
