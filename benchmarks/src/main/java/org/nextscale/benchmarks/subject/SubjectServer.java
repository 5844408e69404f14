package org.nextscale.benchmarks.subject;

import com.google.gson.Gson;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The measured process's half of the conversation: commands on standard input, a line each, and for each an answer in JSON
 * behind {@link #ANSWER} on standard output. Whatever else prints there is sent to standard error.
 *
 * <table>
 * <caption>Commands</caption>
 * <tr><td>{@code images BATCH SEED}</td><td>{@link ImageTimes}</td></tr>
 * <tr><td>{@code gemm SIZE}</td><td>GFLOP/s</td></tr>
 * <tr><td>{@code memory}</td><td>peak resident bytes of the process so far, or 0</td></tr>
 * <tr><td>{@code device}</td><td>what computes, in words</td></tr>
 * </table>
 */
public final class SubjectServer {
    /** What an answer's line begins with. */
    public static final String ANSWER = "answer ";

    private SubjectServer() {}

    /** Makes the subject; its constructor may fail. */
    @FunctionalInterface
    public interface Opening {
        Subject open() throws Exception;
    }

    /** Answers until standard input ends; then the process exits. */
    static void serve(Opening opening) throws Exception {
        PrintStream answers = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        System.setOut(System.err);
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        Gson gson = new Gson();
        try (Subject subject = opening.open()) {
            for (String line = commands.readLine(); line != null; line = commands.readLine()) {
                answers.println(ANSWER + gson.toJson(answer(subject, line.split(" "))));
            }
        }
    }

    private static Object answer(Subject subject, String[] command) throws IOException {
        return switch (command[0]) {
            case "images" -> subject.images(Integer.parseInt(command[1]), Long.parseLong(command[2]));
            case "gemm" -> subject.gemm(Integer.parseInt(command[1]));
            case "memory" -> peakMemory();
            case "device" -> subject.device();
            default -> throw new IllegalArgumentException("command " + command[0]);
        };
    }

    /** VmHWM, which Linux alone says. */
    private static long peakMemory() throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.isReadable(status)) {
            return 0;
        }
        for (String line : Files.readAllLines(status)) {
            if (line.startsWith("VmHWM:")) {
                return 1024 * Long.parseLong(line.replaceAll("\\D", ""));
            }
        }
        return 0;
    }
}
