package org.nextscale.backend.cuda.internal.driver;

import jcuda.driver.CUgraph;
import jcuda.driver.CUgraphExec;
import jcuda.driver.JCudaDriver;

/** Work that was recorded on a stream and is done again by one call. For one thread at a time. */
public final class Graph implements AutoCloseable {
    private final Context context;
    private final CUgraphExec handle = new CUgraphExec();
    private boolean closed;

    Graph(Context context, CUgraph recorded) {
        this.context = context;
        int result = JCudaDriver.cuGraphInstantiate(handle, recorded, 0);
        Errors.checkClosing("cuGraphDestroy", JCudaDriver.cuGraphDestroy(recorded));
        Errors.check("cuGraphInstantiate", result);
    }

    /** Puts it on a stream. */
    public void launch(Stream stream) {
        if (closed) {
            throw new IllegalStateException("the graph is closed");
        }
        context.makeCurrent();
        Errors.check("cuGraphLaunch", JCudaDriver.cuGraphLaunch(handle, stream.handle()));
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            context.makeCurrent();
            Errors.checkClosing("cuGraphExecDestroy", JCudaDriver.cuGraphExecDestroy(handle));
        }
    }
}
