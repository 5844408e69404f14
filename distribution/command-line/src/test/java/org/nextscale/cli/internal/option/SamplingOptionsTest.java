package org.nextscale.cli.internal.option;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.engine.PluginInfo;
import org.nextscale.api.engine.PluginKind;
import org.nextscale.api.plugin.Parameter;
import org.nextscale.api.plugin.Plugin;
import org.nextscale.api.plugin.PluginChoice;
import org.nextscale.api.sampling.GuidanceProvider;
import org.nextscale.api.sampling.TokenSamplerProvider;
import org.nextscale.cli.internal.option.SamplingOptions.Sampling;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

class SamplingOptionsTest {
    private static final Parameter STRENGTH = Parameter.number("strength", 1, 0, 10, "how much");
    private static final List<PluginInfo<TokenSamplerProvider>> SAMPLERS = List.of(
            sampler("multinomial", Parameter.integer("top-k", 9, 0, 99, "best"), STRENGTH),
            sampler(
                    "other",
                    Parameter.integer("top-k", 5, 0, 99, "best"),
                    Parameter.flag("eager", true, "hurries"),
                    Parameter.integer("out", 1, 0, 9, "a name the command has taken")));
    private static final List<PluginInfo<GuidanceProvider>> GUIDANCES =
            List.of(guidance("ramp", Parameter.number("cfg", 3, 0, 100, "strength"), STRENGTH), guidance("none"));

    private CommandSpec command;

    /** A plugin that is described and never used. */
    private record Described<P extends Plugin>(PluginKind<P> kind, String id, List<Parameter> parameters)
            implements PluginInfo<P> {
        @Override
        public String description() {
            return "for tests";
        }

        @Override
        public String version() {
            return "";
        }

        @Override
        public P plugin() {
            throw new AssertionError("options need no more than what plugins say of themselves");
        }
    }

    private static PluginInfo<TokenSamplerProvider> sampler(String id, Parameter... parameters) {
        return new Described<>(PluginKind.SAMPLER, id, List.of(parameters));
    }

    private static PluginInfo<GuidanceProvider> guidance(String id, Parameter... parameters) {
        return new Described<>(PluginKind.GUIDANCE, id, List.of(parameters));
    }

    @Test
    void withoutOptionsTheDeclaredDefaultsHold() {
        Sampling sampling = parse().sampling(Optional.empty(), true);
        assertEquals(PluginChoice.of("multinomial", Map.of("top-k", 9L, "strength", 1.0)), sampling.sampler());
        assertEquals(PluginChoice.of("ramp", Map.of("cfg", 3.0, "strength", 1.0)), sampling.guidance());
    }

    @Test
    void aFlagGoesToWhoeverHasIt() {
        Sampling sampling = parse("--top-k", "4", "--cfg=7", "--strength", "2").sampling(Optional.empty(), true);
        assertEquals(Map.of("top-k", 4L, "strength", 2.0), sampling.sampler().values());
        assertEquals(Map.of("cfg", 7.0, "strength", 2.0), sampling.guidance().values());
    }

    @Test
    void valuesMayFollowTheId() {
        Sampling sampling = parse("--sampler", "other:out=3,top-k=1", "--top-k", "2", "--guidance", "none")
                .sampling(Optional.empty(), true);
        assertEquals(
                Map.of("out", 3L, "top-k", 2L, "eager", true),
                sampling.sampler().values());
        assertEquals("none", sampling.guidance().id());
    }

    @Test
    void truthsAreFlagsWithAnOpposite() {
        assertEquals(
                false,
                parse("--sampler", "other", "--no-eager")
                        .sampling(Optional.empty(), true)
                        .sampler()
                        .values()
                        .get("eager"));
        assertEquals(
                true,
                parse("--sampler", "other", "--eager")
                        .sampling(Optional.empty(), true)
                        .sampler()
                        .values()
                        .get("eager"));
    }

    @Test
    void aNameThatTheCommandHasTakenIsNoFlag() {
        parse();
        OptionSpec out = command.findOption("--out");
        assertEquals("its own", out.description()[0]);
    }

    @Test
    void flagsOfOthersAreRefusedWithAnAdvice() {
        assertEquals(
                "--eager: sampler multinomial has no such parameter; sampler other has: add --sampler other",
                refusal("--eager"));
        assertEquals(
                "--cfg: guidance none has no such parameter; guidance ramp has: add --guidance ramp",
                refusal("--guidance", "none", "--cfg", "1"));
        assertEquals("there is no sampler 'x'; there is multinomial, other", refusal("--sampler", "x"));
        assertEquals("sampler 'other:x' must be ID or ID:name=value,name=value", refusal("--sampler", "other:x"));
        assertEquals("sampler other has no parameter x; it has top-k, eager, out", refusal("--sampler", "other:x=1"));
        assertEquals("guidance ramp: cfg is 'much', must be a number in 0..100", refusal("--cfg", "much"));
    }

    @Test
    void anEarlierImageGivesWhatIsNotTyped() {
        Sampling earlier = new Sampling(
                PluginChoice.of("other", Map.of("top-k", "7", "eager", "false", "out", "2")),
                PluginChoice.of("ramp", Map.of("cfg", "5")));
        Sampling same = parse().sampling(Optional.of(earlier), true);
        assertEquals(
                Map.of("top-k", 7L, "eager", false, "out", 2L), same.sampler().values());
        Sampling changed = parse("--sampler", "multinomial", "--cfg", "1").sampling(Optional.of(earlier), true);
        assertEquals(Map.of("top-k", 7L, "strength", 1.0), changed.sampler().values());
        assertEquals(1.0, changed.guidance().values().get("cfg"));
    }

    @Test
    void aPluginThatIsGoneIsSaidAndCanBeReplaced() {
        Sampling earlier = new Sampling(PluginChoice.of("gone").with("top-k", "7"), PluginChoice.of("ramp"));
        SamplingOptions options = parse();
        InvalidInputException e =
                assertThrows(InvalidInputException.class, () -> options.sampling(Optional.of(earlier), true));
        assertEquals(
                "the image was made with sampler 'gone', which is not plugged in: add its plugin, or choose another with"
                        + " --sampler (multinomial, other)",
                e.getMessage());
        Sampling replaced = parse("--sampler", "other").sampling(Optional.of(earlier), true);
        assertEquals(7L, replaced.sampler().values().get("top-k"));
    }

    @Test
    void nothingIsGuidedWithoutAClassUnlessAskedFor() {
        assertEquals(
                "none", parse().sampling(Optional.empty(), false).guidance().id());
        assertEquals(
                "ramp",
                parse("--cfg", "2").sampling(Optional.empty(), false).guidance().id());
        assertEquals(
                "ramp",
                parse("--guidance", "ramp")
                        .sampling(Optional.empty(), false)
                        .guidance()
                        .id());
    }

    @Test
    void withoutAnySamplerThatIsSaid() {
        SamplingOptions options = new SamplingOptions(List.of(), List.of());
        options.addTo(CommandSpec.create());
        InvalidInputException e =
                assertThrows(InvalidInputException.class, () -> options.sampling(Optional.empty(), true));
        assertEquals("there is no sampler 'multinomial'; none is plugged in", e.getMessage());
        assertNull(e.getCause());
    }

    private SamplingOptions parse(String... arguments) {
        command = CommandSpec.create()
                .addOption(OptionSpec.builder("--out")
                        .type(String.class)
                        .description("its own")
                        .build());
        SamplingOptions options = new SamplingOptions(SAMPLERS, GUIDANCES);
        options.addTo(command);
        new CommandLine(command).parseArgs(arguments);
        return options;
    }

    private String refusal(String... arguments) {
        SamplingOptions options = parse(arguments);
        return assertThrows(InvalidInputException.class, () -> options.sampling(Optional.empty(), true))
                .getMessage();
    }
}
