package org.nextscale.cli.internal.session;

/** The version of the command line, as its jar says it. */
public final class ProgramVersion {
    private ProgramVersion() {}

    public static String text() {
        String version = ProgramVersion.class.getPackage().getImplementationVersion();
        return version == null ? "unpackaged" : version;
    }
}
