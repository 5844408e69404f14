package org.nextscale.engine;

import java.nio.file.Path;
import org.nextscale.engine.internal.ClasspathEngine;
import org.nextscale.engine.model.ModelPackage;

/** Opens a model on the plain classpath, with backends, samplers and guidances that {@link java.util.ServiceLoader} finds. */
public final class NextscaleBuilder {
    private Path model;
    private BackendChoice backend = BackendChoice.BEST;
    private ClassLoader classLoader = Nextscale.class.getClassLoader();

    NextscaleBuilder() {}

    /** The folder of the model package. Required. */
    public NextscaleBuilder model(Path folder) {
        this.model = folder;
        return this;
    }

    /** Which backend: {@code "nd4j"}, {@code "nd4j:threads=2"}; the best for this machine if not called. */
    public NextscaleBuilder backend(String choice) {
        this.backend = BackendChoice.parse(choice);
        return this;
    }

    /** Where to look for plugins; the loader of Nextscale itself if not called. */
    public NextscaleBuilder plugins(ClassLoader loader) {
        this.classLoader = loader;
        return this;
    }

    /** What is plugged in, without opening a model. */
    public Engine engine() {
        return ClasspathEngine.of(classLoader);
    }

    /** Opens it; the caller closes the result. Exceptions as for {@link Engine#open}. */
    public Nextscale build() {
        if (model == null) {
            throw new IllegalStateException("say which model first: builder().model(folder)");
        }
        return engine().open(ModelPackage.open(model), backend);
    }
}
