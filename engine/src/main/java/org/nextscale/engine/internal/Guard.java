package org.nextscale.engine.internal;

import java.util.function.Supplier;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.PluginException;

/** Calls into plugins: what they throw, or a null they return, fails the request with the plugin's name and nothing else. */
public final class Guard {
    private Guard() {}

    /** @param who the plugin, for messages: {@code "sampler multinomial"} */
    public static <T> T run(String who, Supplier<T> call) {
        T result;
        try {
            result = call.get();
        } catch (InvalidInputException e) {
            throw e;
        } catch (RuntimeException | LinkageError | StackOverflowError | AssertionError e) {
            throw new PluginException(who + " failed: " + e, e);
        }
        if (result == null) {
            throw new PluginException(who + " returned nothing");
        }
        return result;
    }
}
