package org.nextscale.distribution;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import org.nextscale.launcher.Container;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;

/** A bundle of the tests that opens the boxed model with the engine it finds. */
final class LiveModelBundle {

    private static final Path MODEL = Distribution.HOME.resolve("models/fashion-32");

    private final Bundle bundle;

    private LiveModelBundle(Bundle bundle) {
        this.bundle = bundle;
    }

    /** @param folder where its jar may be written */
    static LiveModelBundle installIn(Container container, Path folder) throws Exception {
        Path jar = PluginJar.bundle("live-model", "1.0.0")
                .header(
                        "Import-Package",
                        "org.osgi.framework,org.nextscale.api.engine,org.nextscale.api.generation,org.nextscale.api.image,"
                                + "org.nextscale.api.model,org.nextscale.api.plugin")
                .withClass(EngineUser.class)
                .into(folder, "live-model.jar");
        Bundle bundle = container.context().installBundle(jar.toUri().toString());
        bundle.start();
        return new LiveModelBundle(bundle);
    }

    LiveModel open(String backend) throws Exception {
        Object user;
        try {
            user = bundle.loadClass(EngineUser.class.getName())
                    .getConstructor(BundleContext.class, Path.class, String.class)
                    .newInstance(bundle.getBundleContext(), MODEL, backend);
        } catch (InvocationTargetException e) {
            throw e.getCause() instanceof RuntimeException failure ? failure : e;
        }
        return (LiveModel) Proxy.newProxyInstance(
                LiveModel.class.getClassLoader(), new Class<?>[] {LiveModel.class}, (proxy, method, arguments) -> {
                    try {
                        return user.getClass()
                                .getMethod(method.getName(), method.getParameterTypes())
                                .invoke(user, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
