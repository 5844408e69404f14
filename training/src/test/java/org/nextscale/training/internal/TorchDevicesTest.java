package org.nextscale.training.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.TrainingException;
import org.nextscale.api.plugin.ParameterValues;
import org.nextscale.training.internal.loop.RunSettings;

/** What becomes of {@code device} where libtorch is built for the CPU, and by how many GPUs it would see. */
class TorchDevicesTest {
    private final List<String> notes = new ArrayList<>();

    private String start(String device) {
        ParameterValues values = ParameterValues.of("test", RunSettings.parameters(1), Map.of("device", device));
        return TorchDevices.start(RunSettings.of(values), new GpuBuild(), notes::add)
                .device();
    }

    @ParameterizedTest
    @ValueSource(strings = {"auto", "cpu"})
    void withoutTheGpuBuildItIsTheCpu(String device) {
        assertEquals("cpu", start(device));
        assertEquals(List.of(), notes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"cuda", "cuda:1"})
    void aGpuThatIsAskedForNeedsTheGpuBuild(String device) {
        String said = assertThrows(TrainingException.class, () -> start(device)).getMessage();
        assertTrue(said.startsWith("device " + device + ": "), said);
        assertTrue(said.contains("pytorch-2.10.0-1.5.13-") && said.contains("-gpu.jar into plugins/"), said);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "gpu", "cuda:", "cuda:-1", "CPU", "meta"})
    void otherDevicesAreRefused(String device) {
        String said =
                assertThrows(InvalidInputException.class, () -> start(device)).getMessage();
        assertEquals("device is '" + device + "', must be auto, cpu, cuda or cuda:N", said);
    }

    @ParameterizedTest
    @CsvSource({"auto, 1, cuda:0", "auto, 0, cpu", "cuda, 2, cuda:0", "cuda:1, 2, cuda:1"})
    void ofTheGpusThatThereAreOneIsTaken(String asked, int gpus, String expected) {
        assertEquals(expected, TorchDevices.chosen(asked, gpus, notes::add).device());
        assertEquals(1, notes.size());
    }

    @Test
    void aGpuThatIsNotThereIsNamed() {
        assertTrue(assertThrows(TrainingException.class, () -> TorchDevices.chosen("cuda", 0, notes::add))
                .getMessage()
                .contains("sees no NVIDIA GPU"));
        assertTrue(assertThrows(TrainingException.class, () -> TorchDevices.chosen("cuda:2", 2, notes::add))
                .getMessage()
                .contains("cuda:0 to cuda:1 only"));
    }
}
