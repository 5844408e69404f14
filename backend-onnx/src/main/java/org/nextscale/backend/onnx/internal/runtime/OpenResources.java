package org.nextscale.backend.onnx.internal.runtime;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/** What an owner has opened and not closed yet, so that closing the owner closes it too. Thread-safe. */
public final class OpenResources {

    /** A resource whose closing throws nothing. */
    public interface Resource extends AutoCloseable {
        @Override
        void close();
    }

    private final Set<Resource> open = Collections.newSetFromMap(new IdentityHashMap<>());

    public synchronized <T extends Resource> T add(T resource) {
        open.add(resource);
        return resource;
    }

    public synchronized void remove(Resource resource) {
        open.remove(resource);
    }

    /** Closes everything; each resource may remove itself meanwhile. */
    public void closeAll() {
        List<Resource> all;
        synchronized (this) {
            all = new ArrayList<>(open);
            open.clear();
        }
        all.forEach(Resource::close);
    }
}
