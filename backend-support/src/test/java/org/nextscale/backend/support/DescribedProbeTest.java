package org.nextscale.backend.support;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.nextscale.api.backend.ProbeRequest;
import org.nextscale.api.plugin.ParameterValues;

class DescribedProbeTest {
    @Test
    void aNeedStandsBesideWhatIsFree() {
        assertEquals(
                Optional.of("needs about 8.1 GB of memory, 64 MB are free"),
                probe(OptionalLong.of(64_000_000)).need(8_100_000_000L).map(Object::toString));
        assertEquals(Optional.empty(), probe(OptionalLong.empty()).need(1));
    }

    private static ProbeRequest probe(OptionalLong free) {
        return new DescribedProbe(
                ParameterValues.of("backend", List.of(), Map.of()),
                Optional.empty(),
                new DescribedMachine(Set.of(), free));
    }
}
