package org.nextscale.benchmarks;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.nextscale.benchmarks.libtorch.LibtorchSettings;

/**
 * Something to measure, in a process of its own.
 *
 * @param name as it stands in tables
 * @param mainClass its program
 * @param classPaths folders of {@link #ALL_CLASS_PATHS} that it needs
 * @param arguments after the folder of the model
 * @param environment variables besides this process's own
 */
record Contestant(
        String name,
        String mainClass,
        List<String> classPaths,
        List<String> arguments,
        Map<String, String> environment) {

    /** Where the build has put the class paths: a folder of jars each. */
    private static final String ALL_CLASS_PATHS = "nextscale.classpaths";

    private static final String SUBJECTS = "org.nextscale.benchmarks.subject.";

    /** The product on one of its backends. */
    static Contestant backend(String choice) {
        return new Contestant(
                choice, SUBJECTS + "BackendSubject", List.of("common", "backends"), List.of(choice), Map.of());
    }

    /** The peer. */
    static Contestant libtorch(LibtorchSettings settings) {
        return new Contestant(
                "libtorch " + settings,
                SUBJECTS + "LibtorchSubject",
                List.of("common", "libtorch"),
                List.of(settings.toString()),
                settings.environment());
    }

    /** The peak of the machine as ONNX Runtime reaches it. */
    static Contestant peak(int threads) {
        return new Contestant(
                "ONNX Runtime MatMul",
                SUBJECTS + "GemmSubject",
                List.of("common", "onnxruntime"),
                List.of(Integer.toString(threads)),
                Map.of());
    }

    /**
     * Starts its process, with the settings the product's own start script has.
     *
     * @param model folder, or {@code null} if it takes none
     */
    ChildProcess start(Path model, Path work) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xmn24m",
                "-Djava.awt.headless=true",
                "--enable-native-access=ALL-UNNAMED"));
        if (Runtime.version().feature() >= 24) {
            command.add("--sun-misc-unsafe-memory-access=allow");
        }
        Path folder = Path.of(System.getProperty(ALL_CLASS_PATHS));
        command.add("-Dorg.bytedeco.javacpp.cachedir=" + folder.resolveSibling("javacpp"));
        List<String> path = new ArrayList<>();
        path.add(folder.resolveSibling("classes").toString());
        classPaths.forEach(each -> path.add(folder.resolve(each).toString() + File.separator + "*"));
        command.add("-cp");
        command.add(String.join(File.pathSeparator, path));
        command.add(mainClass);
        if (model != null) {
            command.add(model.toString());
        }
        command.addAll(arguments);
        return ChildProcess.start(name, command, environment, work.resolve("bench-children.log"));
    }
}
