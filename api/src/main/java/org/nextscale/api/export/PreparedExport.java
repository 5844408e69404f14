package org.nextscale.api.export;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.nextscale.api.progress.Cancellation;
import org.nextscale.api.progress.ProgressListener;
import org.osgi.annotation.versioning.ConsumerType;

/** A model as files that are planned and not written yet. For one thread. */
@ConsumerType
public interface PreparedExport {
    /** Names of all files, without folders. The same for every model, so that an older export can be told from other files. */
    List<String> files();

    /** Bytes that the files will have together, at least roughly: the caller looks whether the disk has room. */
    long bytes();

    /**
     * Writes the files. Weights of any size are streamed: no network is ever in memory whole. Whoever calls this deletes
     * what is there when it fails.
     *
     * @param folder exists and is empty
     * @param progress is told of every file how many bytes of all are written so far
     * @param cancellation looked at every few megabytes
     * @throws IOException if a file cannot be written, because the disk is full for instance
     * @throws org.nextscale.api.InvalidInputException if a tensor cannot be read
     */
    void write(Path folder, ProgressListener progress, Cancellation cancellation) throws IOException;
}
