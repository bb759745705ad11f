package io.winnow.security;

import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;

/**
 * How a process stands to its callers, decided once from its settings.
 *
 * @param anonymous whether a caller without credentials may do everything
 * @param loopback whether only this machine reaches it
 */
record Posture(boolean anonymous, boolean loopback) {

    static final String JWT = "spring.security.oauth2.resourceserver.jwt.";

    private static final Pattern KEY_NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");
    private static final Set<String> SIGNATURES =
            Set.of("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512");

    /** @throws UnsafeStartException when the process must not start with these settings */
    static Posture of(Environment environment) {
        Binder binder = Binder.get(environment);
        SecuritySettings settings = binder.bindOrCreate("winnow.security", SecuritySettings.class);
        Map<String, SecuritySettings.StartKey> keys = settings.givenKeys();
        keys.forEach(Posture::requireStrong);
        boolean tokens = takesTokens(environment);
        if (tokens) {
            requireStrictTokens(binder);
        }
        boolean credentials = tokens || !keys.isEmpty();
        boolean loopback = isLoopback(address(binder, "server.address"))
                && Optional.of("management.server.address")
                        .filter(environment::containsProperty)
                        .map(name -> isLoopback(address(binder, name)))
                        .orElse(true);
        if (!credentials && !loopback && !settings.allowAnonymous()) {
            throw new UnsafeStartException(
                    "The service would answer on an address that others can reach (server.address), and no credentials are"
                            + " configured: anybody could use it.",
                    "Give it an API key (WINNOW_API_KEY, or winnow.security.keys.<name>.value or .sha256), or an issuer of tokens ("
                            + JWT + "issuer-uri and audiences); or bind it to 127.0.0.1. docs/security.md says how."
                            + " winnow.security.allow-anonymous=true starts it with the door open.");
        }
        return new Posture(!credentials, loopback);
    }

    static boolean takesTokens(Environment environment) {
        return Stream.of("issuer-uri", "jwk-set-uri", "public-key-location")
                .anyMatch(name -> SecuritySettings.isGiven(environment.getProperty(JWT + name)));
    }

    private static Optional<InetAddress> address(Binder binder, String property) {
        return Optional.ofNullable(
                binder.bind(property, Bindable.of(InetAddress.class)).orElse(null));
    }

    /** Without an address a server listens on all there are. */
    private static boolean isLoopback(Optional<InetAddress> address) {
        return address.map(InetAddress::isLoopbackAddress).orElse(false);
    }

    /** Never quotes what was given: it may be a key. */
    private static void requireStrong(String name, SecuritySettings.StartKey key) {
        String property = "winnow.security.keys." + name;
        if (!KEY_NAME.matcher(name).matches()) {
            throw new UnsafeStartException(
                    property + " is no name for a key.",
                    "Use 1 to 63 of the characters a-z 0-9 . _ - and begin with a letter or digit.");
        }
        boolean hashed = SecuritySettings.isGiven(key.sha256());
        if (hashed == SecuritySettings.isGiven(key.value())) {
            throw new UnsafeStartException(
                    property + " has a value and a sha256.", "Give one of them: the hash belongs to the key.");
        }
        if (hashed && !KeyText.isHash(key.sha256())) {
            throw new UnsafeStartException(
                    property + ".sha256 is no SHA-256.",
                    "Give 64 hexadecimal digits: printf %s \"$KEY\" | sha256sum | cut -d' ' -f1");
        }
        if (!hashed && !KeyText.isKey(key.value())) {
            throw new UnsafeStartException(
                    property + ".value is no key that this service takes.",
                    "Make one of 256 random bits: echo \"wnw_$(openssl rand -hex 32)\"");
        }
    }

    private static void requireStrictTokens(Binder binder) {
        List<String> audiences =
                binder.bind(JWT + "audiences", Bindable.listOf(String.class)).orElse(List.of());
        String issuer = binder.bind(JWT + "issuer-uri", String.class).orElse("");
        if (issuer.isBlank() || audiences.stream().allMatch(String::isBlank)) {
            throw new UnsafeStartException(
                    "Tokens are taken, but not whose and for whom: a token for any other service would open this one.",
                    "Set " + JWT + "issuer-uri and " + JWT + "audiences; " + JWT
                            + "jwk-set-uri is for an issuer whose keys are not found by discovery.");
        }
        List<String> algorithms = binder.bind(JWT + "jws-algorithms", Bindable.listOf(String.class))
                .orElse(List.of());
        if (!SIGNATURES.containsAll(algorithms)) {
            throw new UnsafeStartException(
                    JWT + "jws-algorithms names " + algorithms + ".",
                    "Choose of the algorithms whose signatures only the issuer can make: "
                            + SIGNATURES.stream().sorted().toList());
        }
    }
}
