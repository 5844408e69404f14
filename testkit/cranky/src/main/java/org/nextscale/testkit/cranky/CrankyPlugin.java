package org.nextscale.testkit.cranky;

import java.util.List;
import org.nextscale.api.plugin.Parameter;
import org.nextscale.api.plugin.Plugin;

/** What cranky plugins of all kinds say of themselves, politely. */
interface CrankyPlugin extends Plugin {
    @Override
    default String id() {
        return "cranky";
    }

    @Override
    default String description() {
        return "misbehaves as it is told, to test what is around it";
    }

    @Override
    default List<Parameter> parameters() {
        return Mood.PARAMETERS;
    }
}
