package org.nextscale.checkpoint.tensor;

import java.util.Collection;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.model.WeightSource;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The tensors of one file, of every type it holds. As a {@link WeightSource} it lists those of the four types weights
 * come in; {@link #read} also converts F64, the integers and BOOL to float32, and {@link #map} gives their bytes.
 * Thread-safe; valid until the checkpoint it came from is closed.
 */
@ProviderType
public interface TensorSource extends WeightSource {

    /** Everything stored, weights or not, in the file's order. */
    Collection<StoredTensor> tensors();

    /** Type and shape of any stored tensor; {@link InvalidInputException} if there is none of that name. */
    StoredTensor tensor(String name);
}
