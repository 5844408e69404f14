package org.nextscale.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.model.DataType;
import org.nextscale.api.model.WeightInfo;
import org.nextscale.api.progress.Cancellation;
import org.nextscale.api.progress.ProgressListener;
import org.nextscale.checkpoint.internal.AllocationMeter;
import org.nextscale.checkpoint.internal.ArchiveBuilder;
import org.nextscale.checkpoint.internal.PickleBuilder;
import org.nextscale.checkpoint.internal.ReferenceVectors;
import org.nextscale.checkpoint.tensor.StoredTensor;
import org.nextscale.checkpoint.tensor.TensorValues;

/**
 * Fuzzing: thousands of damaged checkpoints. Whatever is in a file, reading it ends soon, allocates in proportion to the
 * file, and gives either tensors or one {@link InvalidInputException} of one line. A failure prints its seed; run again
 * with {@code -Dnextscale.seed=SEED} for that mutation alone, or with {@code -Dnextscale.mutations=N} for more of them.
 */
class MutatedFilesTest {
    private static final int MUTATIONS = Integer.getInteger("nextscale.mutations", 2000);
    private static final Long SEED = Long.getLong("nextscale.seed");
    private static final long LONGEST_NANOS = 10_000_000_000L;
    /** Numbers that length fields are set to. */
    private static final long[] EXTREMES = {
        0,
        1,
        0x7f,
        0xff,
        0x7fff,
        0xffff,
        0x7fffffff,
        0x80000000L,
        0xffffffffL,
        1L << 40,
        Long.MAX_VALUE,
        -1,
        Long.MIN_VALUE
    };

    @TempDir
    Path folder;

    @Test
    void madeArchives() throws IOException {
        PickleBuilder pickle =
                new PickleBuilder().op('}').op('(').text("trainer").op('}').op('(');
        pickle.text("var_wo_ddp")
                .global("collections", "OrderedDict")
                .op(')')
                .op('R')
                .raw('q', 3)
                .op('(');
        pickle.text("word_embed.weight").tensor("FloatStorage", "0", 24, 0, new long[] {4, 6}, new long[] {6, 1});
        pickle.text("head.weight").tensor("HalfStorage", "1", 20, 4, new long[] {2, 3}, new long[] {1, 2});
        pickle.text("lvl_1L").tensor("LongStorage", "2", 5, 0, new long[] {1, 5}, new long[] {5, 1});
        pickle.op('u')
                .op('N')
                .op('b')
                .text("config")
                .op('}')
                .text("patch_nums")
                .integers(1, 2)
                .op('s');
        pickle.op('u').text("args").global("argparse", "Namespace").op(')').raw(0x81);
        pickle.op('}').text("lr").op('K').raw(1).op('s').op('b');
        pickle.text("epoch").op('K').raw(3).op('u');
        byte[] archive = ArchiveBuilder.of(pickle)
                .counting("0", 24)
                .entry("data/1", new byte[40])
                .entry("data/2", new byte[40])
                .entry("byteorder", "little".getBytes())
                .bytes();
        byte[] structure = pickle.bytes();
        fuzz("made.pth", archive, random -> random.nextInt(archive.length), 1);
        fuzz("pickle.pth", structure, random -> random.nextInt(structure.length), 2);
    }

    @Test
    void madeSafetensors() throws IOException {
        Path file = folder.resolve("good.safetensors");
        TensorValues zeros = (first, target) -> target.position(target.limit());
        new SafetensorsWriter()
                .metadata("key", "value")
                .add(new WeightInfo("word_embed.weight", DataType.F32, List.of(2L, 3L)), zeros)
                .add(new WeightInfo("head.weight", DataType.BF16, List.of(7L)), zeros)
                .add(new WeightInfo("none", DataType.F16, List.of(0L)), zeros)
                .write(file, ProgressListener.NONE, Cancellation.NEVER);
        byte[] good = Files.readAllBytes(file);
        int header = (int) ByteBuffer.wrap(good).order(ByteOrder.LITTLE_ENDIAN).getLong();
        fuzz("made.safetensors", good, random -> random.nextInt(8 + header), 1);
    }

    @Test
    void madeIndexes() throws IOException {
        TensorValues zeros = (first, target) -> target.position(target.limit());
        for (String name : List.of("a", "b")) {
            new SafetensorsWriter()
                    .add(new WeightInfo(name + ".weight", DataType.F32, List.of(2L, 3L)), zeros)
                    .write(folder.resolve(name + ".safetensors"), ProgressListener.NONE, Cancellation.NEVER);
        }
        byte[] good = ("{\"metadata\": {\"total_size\": 48}, \"weight_map\": {\"a.weight\": \"a.safetensors\", "
                        + "\"b.weight\": \"b.safetensors\"}}")
                .getBytes(StandardCharsets.UTF_8);
        fuzz("made.safetensors.index.json", good, random -> random.nextInt(good.length), 2);
    }

    /** The structure of real checkpoints, in an archive of its own so that its checksum holds. */
    @Test
    void realStructures() throws IOException {
        for (String name : List.of("plain-attn/var.pth", "shared-aln/ar-ckpt-last.pth")) {
            try (ZipFile zip = new ZipFile(ReferenceVectors.set(name).toFile())) {
                var entry = zip.stream()
                        .filter(each -> each.getName().endsWith("/data.pkl"))
                        .findFirst()
                        .orElseThrow();
                byte[] structure = zip.getInputStream(entry).readAllBytes();
                fuzz("real.pth", structure, random -> random.nextInt(structure.length), 2);
            }
        }
    }

    /** Real checkpoints, damaged where their structure or their directory lies. */
    @Test
    void realArchives() throws IOException {
        byte[] whole = Files.readAllBytes(ReferenceVectors.set("plain-attn/var.pth"));
        int directory = whole.length - 5000;
        fuzz(
                "real-archive.pth",
                whole,
                random -> random.nextBoolean() ? random.nextInt(4000) : directory + random.nextInt(5000),
                8);
    }

    /** Draws the place of a mutation. */
    private interface Place {
        int draw(Random random);
    }

    private void fuzz(String name, byte[] good, Place place, int fewer) throws IOException {
        Path file = folder.resolve(name);
        boolean bare = name.endsWith(".pth") && good[0] == (byte) 0x80;
        int opened = 0;
        for (int i = 0; i < MUTATIONS / fewer; i++) {
            long seed = SEED != null ? SEED : name.hashCode() * 1_000_003L + i;
            byte[] bad = mutate(good, new Random(seed), place);
            Files.write(
                    file,
                    bare
                            ? new ArchiveBuilder()
                                    .entry("data.pkl", bad)
                                    .counting("0", 64)
                                    .bytes()
                            : bad);
            opened += outcome(file, seed) ? 1 : 0;
            if (SEED != null) {
                break;
            }
        }
        assertTrue(SEED != null || opened < MUTATIONS / fewer, "no mutation of " + name + " was noticed");
    }

    private static byte[] mutate(byte[] good, Random random, Place place) {
        byte[] bytes = good.clone();
        for (int n = 1 + random.nextInt(3); n > 0; n--) {
            int at = Math.min(place.draw(random), bytes.length - 1);
            switch (random.nextInt(8)) {
                case 0, 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 2 -> bytes[at] = (byte) random.nextInt(256);
                case 3 -> bytes = Arrays.copyOf(bytes, Math.max(1, at));
                case 4 -> {
                    byte[] inserted = new byte[1 + random.nextInt(16)];
                    random.nextBytes(inserted);
                    bytes = splice(bytes, at, at, inserted);
                }
                case 5 -> bytes = splice(bytes, at, Math.min(bytes.length, at + 1 + random.nextInt(16)), new byte[0]);
                case 6 -> {
                    int from = Math.min(place.draw(random), bytes.length - 1);
                    byte[] copied = Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + random.nextInt(64)));
                    bytes = splice(bytes, at, Math.min(bytes.length, at + copied.length), copied);
                }
                default -> {
                    byte[] number = ByteBuffer.allocate(8)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .putLong(EXTREMES[random.nextInt(EXTREMES.length)])
                            .array();
                    int width = Math.min(1 << random.nextInt(4), bytes.length - at);
                    System.arraycopy(number, 0, bytes, at, width);
                }
            }
            if (bytes.length == 0) {
                return new byte[1];
            }
        }
        return bytes;
    }

    private static byte[] splice(byte[] bytes, int from, int to, byte[] inserted) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(bytes, 0, from);
        out.writeBytes(inserted);
        out.write(bytes, to, bytes.length - to);
        return out.toByteArray();
    }

    /** Opens the file and reads all of it; whether that went well. */
    private static boolean outcome(Path file, long seed) throws IOException {
        String described = file.getFileName() + ", -Dnextscale.seed=" + seed;
        FloatBuffer values = FloatBuffer.allocate(1 << 16);
        AllocationMeter meter = AllocationMeter.start();
        long begin = System.nanoTime();
        boolean good = true;
        try (Checkpoint checkpoint = Checkpoint.open(file)) {
            checkpoint.tokenizer();
            checkpoint.transformer();
            for (StoredTensor each : checkpoint.tensors().tensors()) {
                long elements = each.elements();
                if (each.readable()) {
                    checkpoint.tensors().read(each.name(), 0, values.clear().limit((int)
                            Math.min(elements, values.capacity())));
                }
            }
            checkpoint.verify();
        } catch (InvalidInputException e) {
            good = false;
            assertTrue(e.getMessage().startsWith(file.toString()), described + ": " + e.getMessage());
            assertEquals(1, e.getMessage().lines().count(), described + ": " + e.getMessage());
            assertTrue(e.getMessage().length() < 1500, described + ": " + e.getMessage());
        } catch (Throwable e) {
            fail(described, e);
        }
        assertTrue(System.nanoTime() - begin < LONGEST_NANOS, described + " took too long");
        meter.requireBounded(file);
        return good;
    }
}
