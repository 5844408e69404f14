package org.nextscale.api;

/** A plugin did what its contract forbids: it threw, or returned something of another shape. The message names it. */
public class PluginException extends NextscaleException {
    private static final long serialVersionUID = 1L;

    public PluginException(String message) {
        super(message);
    }

    public PluginException(String message, Throwable cause) {
        super(message, cause);
    }
}
