package org.nextscale.engine.internal.guard;

import java.util.concurrent.CancellationException;
import java.util.function.Supplier;
import org.nextscale.api.NextscaleException;
import org.nextscale.api.PluginException;
import org.nextscale.files.PrintableText;

/** Calls into plugins. */
final class PluginCalls {
    private PluginCalls() {}

    /**
     * Calls into a plugin: what it throws against its contract, or a null that it returns, becomes a plugin's failure and
     * nobody else's.
     *
     * @param who the plugin, for messages: {@code "sampler multinomial"}
     * @throws PluginException if the plugin is at fault
     * @throws NextscaleException as the plugin threw it: those are said in words already
     * @throws CancellationException as the plugin threw it
     */
    static <T> T guarded(String who, Supplier<T> call) {
        T result;
        try {
            result = call.get();
        } catch (NextscaleException | CancellationException e) {
            throw e;
        } catch (RuntimeException | LinkageError | StackOverflowError | AssertionError e) {
            throw new PluginException(who + " failed: " + PrintableText.reason(e), e);
        }
        if (result == null) {
            throw new PluginException(who + " returned nothing");
        }
        return result;
    }
}
