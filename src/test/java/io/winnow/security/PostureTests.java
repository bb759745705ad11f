package io.winnow.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.mock.env.MockEnvironment;

/** The start matrix: which address, with which credentials, in which profile, ends in which posture. */
class PostureTests {

    private static final String KEY = "wnw_" + "k".repeat(43);
    private static final String HASH = "0f".repeat(32);
    private static final String TOKENS =
            Posture.JWT + "issuer-uri=https://issuer.example " + Posture.JWT + "audiences=winnow";

    private static final List<String> LOOPBACK = List.of("127.0.0.1", "::1", "localhost", "127.8.9.10");
    private static final List<String> REACHABLE = List.of("0.0.0.0", "::", "192.0.2.7", "");
    private static final List<String> PROFILES = List.of("", "demo", "production");
    private static final List<String> CREDENTIALS = List.of(
            "winnow.security.keys.ci.value=" + KEY,
            "winnow.security.keys.ci.sha256=" + HASH,
            TOKENS,
            TOKENS + " winnow.security.keys.ci.value=" + KEY);

    private static Posture start(String address, String profile, String settings) {
        MockEnvironment environment = new MockEnvironment();
        if (!address.isEmpty()) {
            environment.setProperty("server.address", address);
        }
        environment.setActiveProfiles(profile.isEmpty() ? new String[0] : new String[] {profile});
        for (String setting : settings.isEmpty() ? new String[0] : settings.split(" ")) {
            String[] parts = setting.split("=", 2);
            environment.setProperty(parts[0], parts[1]);
        }
        return Posture.of(environment);
    }

    static Stream<List<String>> addressesAndProfiles() {
        return Stream.concat(LOOPBACK.stream(), REACHABLE.stream())
                .flatMap(address -> PROFILES.stream().map(profile -> List.of(address, profile)));
    }

    @ParameterizedTest
    @MethodSource("addressesAndProfiles")
    void asksForCredentialsWhereverSomeAreConfigured(List<String> start) {
        for (String credentials : CREDENTIALS) {
            for (String flag : List.of("", " winnow.security.allow-anonymous=true")) {
                assertThat(start(start.get(0), start.get(1), credentials + flag))
                        .isEqualTo(new Posture(false, LOOPBACK.contains(start.get(0))));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("addressesAndProfiles")
    void startsWithoutCredentialsOnTheLoopbackAddressOnlyOrByTheLoudFlag(List<String> start) {
        String address = start.get(0);
        String profile = start.get(1);
        boolean loopback = LOOPBACK.contains(address);
        assertThat(start(address, profile, "winnow.security.allow-anonymous=true"))
                .isEqualTo(new Posture(true, loopback));
        // A key whose variable is not set is none.
        for (String none : List.of("", "winnow.security.keys.admin.value=", "winnow.security.allow-anonymous=false")) {
            if (loopback) {
                assertThat(start(address, profile, none)).isEqualTo(new Posture(true, true));
            } else {
                assertThatThrownBy(() -> start(address, profile, none))
                        .isInstanceOfSatisfying(
                                UnsafeStartException.class,
                                e -> assertThat(e.getExitCode()).isEqualTo(78))
                        .hasMessageContaining("no credentials are configured");
            }
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            winnow.security.keys.ci.value=secret                                        | no key that this service takes
            winnow.security.keys.ci.value=wnw_SHORTKEYSHORTKEYSHORTKEYSHORTKEYSHORTKEYx | no key that this service takes
            winnow.security.keys.ci.sha256=abc                                          | is no SHA-256
            winnow.security.keys[C.I].sha256=0f                                         | is no name for a key
            spring.security.oauth2.resourceserver.jwt.issuer-uri=https://issuer.example | whose and for whom
            spring.security.oauth2.resourceserver.jwt.jwk-set-uri=https://issuer.example | whose and for whom
            spring.security.oauth2.resourceserver.jwt.public-key-location=file:key.pem  | whose and for whom
            """)
    void refusesCredentialsThatAreWeakOrUnclearEvenOnTheLoopbackAddress(String settings, String reason) {
        assertThatThrownBy(() -> start("127.0.0.1", "", settings))
                .isInstanceOf(UnsafeStartException.class)
                .hasMessageContaining(reason)
                .hasMessageNotContaining("SHORTKEY")
                .hasMessageNotContaining("secret");
    }

    @ParameterizedTest
    @CsvSource({"HS256, false", "none, false", "'RS256,HS512', false", "'RS256,ES256', true", "PS512, true"})
    void takesOnlyAlgorithmsWhoseSignaturesTheIssuerAloneCanMake(String algorithms, boolean taken) {
        String settings = TOKENS + " " + Posture.JWT + "jws-algorithms=" + algorithms;
        if (taken) {
            assertThat(start("0.0.0.0", "", settings)).isEqualTo(new Posture(false, false));
        } else {
            assertThatThrownBy(() -> start("0.0.0.0", "", settings))
                    .isInstanceOf(UnsafeStartException.class)
                    .hasMessageContaining("jws-algorithms");
        }
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.1, true", "0.0.0.0, false"})
    void looksAtTheAddressOfTheManagementPortToo(String address, boolean starts) {
        String settings = "management.server.port=9090 management.server.address=" + address;
        if (starts) {
            assertThat(start("127.0.0.1", "", settings)).isEqualTo(new Posture(true, true));
        } else {
            assertThatThrownBy(() -> start("127.0.0.1", "", settings)).isInstanceOf(UnsafeStartException.class);
        }
    }

    @ParameterizedTest
    @CsvSource({"SERVER_ADDRESS=0.0.0.0, 78", "SERVER_ADDRESS=0.0.0.0 WINNOW_API_KEY=weak, 78"})
    void endsAProcessThatMustNotStartWithACodeAndAWayOut(String environment, int code) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                System.getProperty("java.home") + "/bin/java",
                "-cp",
                System.getProperty("java.class.path"),
                "io.winnow.WinnowApplication"));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        Arrays.stream(environment.split(" "))
                .forEach(variable -> builder.environment().put(variable.split("=")[0], variable.split("=")[1]));
        Process process = builder.start();
        String output = process.inputReader().lines().collect(Collectors.joining("\n"));
        assertThat(process.waitFor()).as(output).isEqualTo(code);
        assertThat(output)
                .contains("APPLICATION FAILED TO START", "Action:", "winnow.security.keys")
                .doesNotContain("\tat ", "=weak");
    }

    @ParameterizedTest
    @CsvSource("0.0.0.0")
    void tellsWhatToDoAboutARefusedStart(String address) {
        assertThatThrownBy(() -> start(address, "", "")).isInstanceOfSatisfying(UnsafeStartException.class, e -> {
            FailureAnalysis analysis = new UnsafeStartAnalyzer().analyze(e);
            assertThat(analysis.getAction())
                    .contains("WINNOW_API_KEY", "issuer-uri", "127.0.0.1", "winnow.security.allow-anonymous=true");
        });
    }
}
