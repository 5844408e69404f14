package org.nextscale.training.internal;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A disk that is soon full. */
public final class SmallDisk implements AutoCloseable {
    private static final int BLOCK = 1024;

    private final FileSystem files;

    private SmallDisk(FileSystem files) {
        this.files = files;
    }

    /** A disk with room for so many bytes. */
    public static SmallDisk of(long bytes) throws IOException {
        FileSystem files = Jimfs.newFileSystem(Configuration.unix().toBuilder()
                .setBlockSize(BLOCK)
                .setMaxSize(bytes)
                .build());
        Files.createDirectory(files.getPath("/run"));
        return new SmallDisk(files);
    }

    /** An empty folder. */
    public Path folder() {
        return files.getPath("/run");
    }

    /** What is in it, hidden files too. */
    public List<String> names() throws IOException {
        try (Stream<Path> entries = Files.list(folder())) {
            return entries.map(each -> each.getFileName().toString()).sorted().toList();
        }
    }

    @Override
    public void close() throws IOException {
        files.close();
    }
}
