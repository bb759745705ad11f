package io.winnow.subset;

import io.winnow.platform.Fraction;
import io.winnow.platform.InvalidRequestException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The policies by name, and how requests give their parameters. */
public final class SubsetPolicies {

    private static final Map<String, Reader> READERS = readers();

    private SubsetPolicies() {}

    /** How one policy is read: the parameters it takes and what it makes of them. */
    private record Reader(Set<String> takes, Make make) {

        interface Make {
            SubsetPolicy of(Arguments arguments);
        }
    }

    private static Map<String, Reader> readers() {
        Map<String, Reader> readers = new LinkedHashMap<>();
        readers.put(TopPolicy.ID, new Reader(Set.of(), a -> new TopPolicy()));
        readers.put(BottomPolicy.ID, new Reader(Set.of(), a -> new BottomPolicy()));
        readers.put(
                WindowPolicy.ID,
                new Reader(Set.of("skip"), a -> new WindowPolicy(a.fraction("skip", Fraction.of(0.1)))));
        readers.put(RandomPolicy.ID, new Reader(Set.of(), a -> new RandomPolicy()));
        readers.put(CalibratedPolicy.ID, new Reader(Set.of("alpha", "calibration"), SubsetPolicies::calibrated));
        readers.put(
                ClassBalancedPolicy.ID,
                new Reader(
                        Set.of("quota"),
                        a -> new ClassBalancedPolicy(a.choice("quota", ClassBalancedPolicy.Quota.PROPORTIONAL))));
        readers.put(ClassStandardizedPolicy.ID, new Reader(Set.of(), a -> new ClassStandardizedPolicy()));
        readers.put(
                SampledPolicy.ID, new Reader(Set.of("standardized"), a -> new SampledPolicy(a.flag("standardized"))));
        readers.put(
                StratifiedPolicy.ID,
                new Reader(
                        Set.of("mislabel"),
                        a -> new StratifiedPolicy(a.has("mislabel") ? a.fraction("mislabel", Fraction.ZERO) : null)));
        return readers;
    }

    private static SubsetPolicy calibrated(Arguments arguments) {
        Fraction alpha = arguments.fraction("alpha", CalibratedPolicy.DEFAULT_ALPHA);
        CalibratedPolicy.Calibration calibration = arguments.choice("calibration", CalibratedPolicy.Calibration.EXACT);
        if (alpha.isOne() && calibration == CalibratedPolicy.Calibration.EXACT) {
            throw new InvalidRequestException(
                    arguments.prefix() + "alpha",
                    "must be below 1 with calibration exact, which draws at least one sample; for score alone take policy"
                            + " top or calibration soft");
        }
        return new CalibratedPolicy(alpha, calibration);
    }

    /** The names of all policies, the default first. */
    public static List<String> ids() {
        return List.copyOf(READERS.keySet());
    }

    /** The names of all parameters that some policy takes. */
    public static Set<String> parameterNames() {
        return READERS.values().stream()
                .flatMap(r -> r.takes().stream())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /**
     * The policy that a request names.
     *
     * @param id its name
     * @param parameters texts by name: only what the request gave
     * @param prefix put before the names of fields in errors, such as {@code policies[0].}
     * @throws InvalidRequestException naming the field that is unknown, not taken by this policy, or wrong
     */
    public static SubsetPolicy of(String id, Map<String, String> parameters, String prefix) {
        Reader reader = READERS.get(id);
        if (reader == null) {
            throw new InvalidRequestException(
                    prefix + "policy",
                    "unknown policy '%s'; known are %s"
                            .formatted(Fraction.quoted(id), String.join(", ", READERS.keySet())));
        }
        for (String name : new TreeSet<>(parameters.keySet())) {
            if (!reader.takes().contains(name)) {
                throw new InvalidRequestException(prefix + name, notTaken(id, reader));
            }
        }
        return reader.make().of(new Arguments(parameters, prefix));
    }

    private static String notTaken(String id, Reader reader) {
        return reader.takes().isEmpty()
                ? "is not a parameter of policy %s, which takes none".formatted(id)
                : "is not a parameter of policy %s, which takes %s"
                        .formatted(id, String.join(", ", new TreeSet<>(reader.takes())));
    }

    /** The parameters that a request gave. */
    private record Arguments(Map<String, String> texts, String prefix) {

        boolean has(String name) {
            return texts.containsKey(name);
        }

        Fraction fraction(String name, Fraction otherwise) {
            String text = texts.get(name);
            return text == null ? otherwise : Fraction.parse(text, prefix + name);
        }

        boolean flag(String name) {
            String text = texts.getOrDefault(name, "false");
            if (!text.equals("true") && !text.equals("false")) {
                throw new InvalidRequestException(
                        prefix + name, "must be true or false; got '%s'".formatted(Fraction.quoted(text)));
            }
            return text.equals("true");
        }

        <E extends Enum<E>> E choice(String name, E otherwise) {
            String text = texts.get(name);
            if (text == null) {
                return otherwise;
            }
            Map<String, E> choices = new LinkedHashMap<>();
            for (E constant : otherwise.getDeclaringClass().getEnumConstants()) {
                choices.put(constant.name().toLowerCase(Locale.ROOT), constant);
            }
            E chosen = choices.get(text);
            if (chosen == null) {
                throw new InvalidRequestException(
                        prefix + name,
                        "must be one of %s; got '%s'"
                                .formatted(String.join(", ", choices.keySet()), Fraction.quoted(text)));
            }
            return chosen;
        }
    }
}
