package org.nextscale.api.model;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.nextscale.api.InvalidInputException;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Named tensors of a model file. Nothing is held in memory: bytes are memory-mapped or read and converted on demand, so a
 * file larger than the heap is no trouble, and no single length is assumed to fit an {@code int} where a file's may not.
 *
 * <p>Thread-safe. Whoever opened the source closes it, after the networks that were made of it. Methods throw {@link InvalidInputException}, naming file and tensor, when the file is not what it
 * claims to be.
 */
@ProviderType
public interface WeightSource {

    /** Where the tensors come from, for messages: a file name. */
    String description();

    /** Everything stored, in the file's order. */
    Collection<WeightInfo> weights();

    boolean contains(String name);

    /** Type and shape of a tensor; {@link InvalidInputException} if there is none of that name. */
    WeightInfo weight(String name);

    /**
     * Reads elements in row-major order, converted to float32, into {@code target} from its position to its limit, which
     * ends up at its limit. The file is read piecewise: no mapping stays behind and no copy besides {@code target}.
     *
     * @param firstElement index of the first element wanted
     */
    void read(String name, long firstElement, FloatBuffer target);

    /**
     * The stored bytes (little-endian, row-major, in the stored type) as a read-only memory-mapped view, for engines that
     * take weights in place. The view stays valid after the source is closed.
     *
     * @param firstByte offset into the tensor
     * @param length number of bytes, at most 2³¹ − 1; larger tensors are mapped in pieces
     * @throws InvalidInputException also when the tensor is stored with gaps and so has no such view
     */
    ByteBuffer map(String name, long firstByte, int length);

    /**
     * The whole tensor as an array.
     *
     * @param shape the shape it must have; a mismatch is an {@link InvalidInputException} that gives both
     */
    default float[] read(String name, long... shape) {
        require(name, shape);
        long elements = weight(name).elements();
        if (elements > Integer.MAX_VALUE - 8) {
            throw new InvalidInputException(
                    description() + ": " + name + " has " + elements + " elements, too many for one array");
        }
        float[] values = new float[(int) elements];
        read(name, 0, FloatBuffer.wrap(values));
        return values;
    }

    /** Checks that a tensor exists and has this shape; an {@link InvalidInputException} gives both otherwise. */
    default void require(String name, long... shape) {
        WeightInfo found = weight(name);
        List<Long> wanted = Arrays.stream(shape).boxed().toList();
        if (!found.shape().equals(wanted)) {
            throw new InvalidInputException(
                    description() + ": " + name + " has shape " + found.shape() + ", expected " + wanted);
        }
    }
}
