package org.nextscale.launcher.program;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.Version;
import org.osgi.framework.VersionRange;
import org.osgi.framework.wiring.BundleCapability;
import org.osgi.framework.wiring.BundleRequirement;
import org.osgi.framework.wiring.BundleRevision;

/**
 * Says in a line a person can act on why a bundle cannot be installed or started. The line reads on from
 * "plugin x.jar".
 */
public final class Refusal {

    /** Of a jar that has no symbolic name: the framework would take it, and nothing in it would ever run. */
    public static final String NOT_A_BUNDLE = "is not an OSGi bundle (its manifest has no Bundle-SymbolicName): "
            + "build it with bnd-maven-plugin, as examples/plugins do";

    private static final String EXECUTION_ENVIRONMENT = "osgi.ee";
    private static final Pattern AT_LEAST = Pattern.compile("\\(version>?=([^)]+)\\)");
    private static final Pattern BELOW = Pattern.compile("\\(!\\(version>=([^)]+)\\)\\)");
    private static final Pattern AT_MOST = Pattern.compile("\\(version<=([^)]+)\\)");

    private Refusal() {}

    /** Whether a file is a jar without a symbolic name. */
    public static boolean isPlain(Path file) {
        try (JarFile jar = new JarFile(file.toFile())) {
            return header(jar, Constants.BUNDLE_SYMBOLICNAME) == null;
        } catch (IOException e) {
            return false;
        }
    }

    /** A header of a jar's manifest, or {@code null}. */
    private static String header(JarFile jar, String name) throws IOException {
        Manifest manifest = jar.getManifest();
        return manifest == null ? null : manifest.getMainAttributes().getValue(name);
    }

    /**
     * Why a bundle that runs does nothing.
     *
     * @return empty if it offers something, as far as can be told
     */
    public static String ofIdle(Bundle bundle) {
        boolean idle = Stream.of(
                        "Service-Component",
                        Constants.BUNDLE_ACTIVATOR,
                        Constants.EXPORT_PACKAGE,
                        Constants.PROVIDE_CAPABILITY,
                        Constants.FRAGMENT_HOST,
                        Constants.DYNAMICIMPORT_PACKAGE)
                .allMatch(header -> bundle.getHeaders().get(header) == null);
        return idle
                ? "offers nothing: its manifest names no component (Service-Component): mark its class with @Component and"
                        + " build it with bnd-maven-plugin, as examples/plugins do"
                : "";
    }

    /** Why the framework would not install {@code file}. */
    public static String ofFile(Path file, Exception failure) {
        if (failure instanceof BundleException e && e.getType() == BundleException.DUPLICATE_BUNDLE_ERROR) {
            return "is a second copy of a plugin that is installed already: remove one of the two";
        }
        String version;
        try (JarFile jar = new JarFile(file.toFile())) {
            version = header(jar, Constants.BUNDLE_VERSION);
        } catch (IOException e) {
            return "is not a readable jar file: " + e.getMessage();
        }
        try {
            Version.parseVersion(version);
        } catch (IllegalArgumentException e) {
            return "cannot be installed: its Bundle-Version is \"" + version
                    + "\", which is not of the form 1.2.3 or 1.2.3.word; bnd-maven-plugin writes such";
        }
        return "cannot be installed: " + rootCause(failure).getMessage();
    }

    /** Why {@code bundle} would not start among the bundles that {@code context} sees. */
    public static String of(Bundle bundle, BundleException failure, BundleContext context) {
        if (failure.getType() == BundleException.RESOLVE_ERROR) {
            BundleRevision revision = bundle.adapt(BundleRevision.class);
            for (BundleRequirement requirement : revision.getDeclaredRequirements(null)) {
                String unmet = unmet(requirement, context);
                if (unmet != null) {
                    return unmet;
                }
            }
            return "cannot be resolved: " + failure.getMessage();
        }
        Throwable cause = rootCause(failure);
        return "fails to start: " + cause.getClass().getSimpleName()
                + (cause.getMessage() == null ? "" : ": " + cause.getMessage());
    }

    /** Describes a requirement that no bundle here can meet, or returns null for one that some bundle can. */
    private static String unmet(BundleRequirement requirement, BundleContext context) {
        String namespace = requirement.getNamespace();
        String filter = requirement.getDirectives().get(Constants.FILTER_DIRECTIVE);
        if (Constants.RESOLUTION_OPTIONAL.equals(requirement.getDirectives().get(Constants.RESOLUTION_DIRECTIVE))
                || Constants.EFFECTIVE_ACTIVE.equals(requirement.getDirectives().get(Constants.EFFECTIVE_DIRECTIVE))) {
            return null;
        }
        List<BundleCapability> offered = capabilities(namespace, context);
        if (offered.stream().anyMatch(requirement::matches)) {
            return null;
        }
        return switch (namespace) {
            case BundleRevision.PACKAGE_NAMESPACE -> unmetPackage(filter, offered);
            case EXECUTION_ENVIRONMENT ->
                "needs Java " + range(filter) + " or later, this is Java "
                        + Runtime.version().feature();
            default -> "needs " + namespace + " " + filter + ", which nothing here provides";
        };
    }

    private static String unmetPackage(String filter, List<BundleCapability> offered) {
        for (BundleCapability capability : offered) {
            String name = (String) capability.getAttributes().get(BundleRevision.PACKAGE_NAMESPACE);
            if (filter.contains("(" + BundleRevision.PACKAGE_NAMESPACE + "=" + name + ")")) {
                Version has = (Version) capability.getAttributes().get(Constants.VERSION_ATTRIBUTE);
                return "needs " + name + " version " + range(filter) + ", this Nextscale has " + has
                        + ": rebuild it against api " + has.getMajor() + ".x or use a Nextscale that has it";
            }
        }
        return "needs the package " + packageName(filter) + ", which nothing here exports";
    }

    private static List<BundleCapability> capabilities(String namespace, BundleContext context) {
        return Arrays.stream(context.getBundles())
                .flatMap(bundle -> bundle.adapt(BundleRevision.class).getDeclaredCapabilities(namespace).stream())
                .toList();
    }

    private static String packageName(String filter) {
        Matcher name = Pattern.compile(Pattern.quote(BundleRevision.PACKAGE_NAMESPACE) + "=([^)]+)\\)")
                .matcher(filter);
        return name.find() ? name.group(1) : filter;
    }

    /** Turns {@code (&(version>=2.0.0)(!(version>=3.0.0)))} into {@code [2,3)}. */
    private static String range(String filter) {
        Matcher below = BELOW.matcher(filter);
        Matcher atMost = AT_MOST.matcher(filter);
        Matcher atLeast = AT_LEAST.matcher(filter);
        String low = atLeast.find() ? shortened(atLeast.group(1)) : "0";
        if (below.find()) {
            return "[" + low + "," + shortened(below.group(1)) + ")";
        }
        if (atMost.find()) {
            return "[" + low + "," + shortened(atMost.group(1)) + "]";
        }
        return low;
    }

    private static String shortened(String version) {
        return new VersionRange(version).getLeft().toString().replaceFirst("(\\.0)+$", "");
    }

    private static Throwable rootCause(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }
}
