package org.nextscale.engine.internal.guard;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.nextscale.api.PluginException;
import org.nextscale.api.image.ImagePart;
import org.nextscale.api.image.ImageSet;
import org.nextscale.api.image.ImageSetProvider;
import org.nextscale.api.image.ImageSize;
import org.nextscale.api.image.Provenance;
import org.nextscale.api.image.RgbImage;

/** What opens sets of images, with failures that name it, and sets whose labels are checked. */
final class GuardedImageSetProvider extends GuardedPlugin<ImageSetProvider> implements ImageSetProvider {
    private static final System.Logger LOG = System.getLogger(GuardedImageSetProvider.class.getPackageName());

    /** Whether it was said that it cannot look. */
    private final AtomicBoolean said = new AtomicBoolean();

    GuardedImageSetProvider(Described<ImageSetProvider> plugin) {
        super(plugin);
    }

    /** One that cannot even look is sure of nothing: the others are still asked. */
    @Override
    public int match(Path path) {
        try {
            return plugin().match(path);
        } catch (RuntimeException | LinkageError | StackOverflowError | AssertionError e) {
            if (!said.getAndSet(true)) {
                LOG.log(System.Logger.Level.WARNING, who() + " failed to look at " + path, e);
            }
            return 0;
        }
    }

    @Override
    public Optional<ImageSet> open(Path path, ImagePart part, Consumer<String> note) {
        return PluginCalls.guarded(who(), () -> plugin().open(path, part, note)).map(set -> new Set(who(), path, set));
    }

    private record Set(String who, Path path, ImageSet set) implements ImageSet {
        @Override
        public Optional<Path> location() {
            return Optional.of(path);
        }

        @Override
        public String description() {
            return PluginCalls.guarded(who, set::description);
        }

        @Override
        public int size() {
            return PluginCalls.guarded(who, set::size);
        }

        @Override
        public String name(int index) {
            return PluginCalls.guarded(who, () -> set.name(index));
        }

        @Override
        public List<String> classNames() {
            return PluginCalls.guarded(who, set::classNames);
        }

        @Override
        public OptionalInt label(int index) {
            OptionalInt label = PluginCalls.guarded(who, () -> set.label(index));
            int classes = classNames().size();
            if (label.isPresent() && (label.getAsInt() < 0 || classes > 0 && label.getAsInt() >= classes)) {
                throw new PluginException(who + " gave image " + index + " the class " + label.getAsInt()
                        + (classes > 0 ? " of " + classes : ""));
            }
            return label;
        }

        @Override
        public RgbImage image(int index) {
            return PluginCalls.guarded(who, () -> set.image(index));
        }

        @Override
        public ImageSize imageSize(int index) {
            return PluginCalls.guarded(who, () -> set.imageSize(index));
        }

        @Override
        public Optional<ImageSize> commonSize() {
            return PluginCalls.guarded(who, set::commonSize);
        }

        @Override
        public Optional<Provenance> provenance(int index) {
            return PluginCalls.guarded(who, () -> set.provenance(index));
        }

        @Override
        public boolean isRandomAccess() {
            return PluginCalls.guarded(who, set::isRandomAccess);
        }

        @Override
        public String fingerprint() {
            return PluginCalls.guarded(who, set::fingerprint);
        }

        @Override
        public void close() {
            PluginCalls.guarded(who, () -> {
                set.close();
                return true;
            });
        }
    }
}
