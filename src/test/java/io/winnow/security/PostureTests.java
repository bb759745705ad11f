package io.winnow.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.winnow.testing.TestDatabase;
import io.winnow.testing.WinnowClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.config.ConfigDataEnvironmentPostProcessor;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

/** The start matrix: which address, with which credentials, in which profile, ends in which posture. */
class PostureTests {

    private static final String KEY = "wnw_0123456789012345678901234567890123456789012";
    private static final String BANNER = "winnow.security.allow-anonymous=true: WHOEVER REACHES THIS PORT MAY DO ALL";
    private static final Pattern STARTED = Pattern.compile("Tomcat started on port (\\d+)");
    private static final String HASH = "0f".repeat(32);
    private static final String TOKENS =
            Posture.JWT + "issuer-uri=https://issuer.example " + Posture.JWT + "audiences=winnow";

    /** Empty for the address of application.yaml. */
    private static final List<String> LOOPBACK = List.of("", "127.0.0.1", "::1", "localhost", "127.8.9.10");

    private static final List<String> REACHABLE = List.of("0.0.0.0", "::", "192.0.2.7", "<none>");
    private static final List<String> PROFILES = List.of("", "demo", "production");
    private static final List<String> CREDENTIALS = List.of(
            "winnow.security.keys.ci.value=" + KEY,
            "WINNOW_API_KEY=" + KEY,
            "winnow.security.keys.ci.sha256=" + HASH,
            TOKENS,
            TOKENS + " winnow.security.keys.ci.value=" + KEY);

    @TempDir
    Path home;

    /** As a process would with these settings, which stand over those of the application's own files. */
    private static Posture start(String address, String profile, String settings) {
        Map<String, Object> given = new HashMap<>();
        if (!address.isEmpty()) {
            given.put("server.address", address.equals("<none>") ? "" : address);
        }
        for (String setting : settings.isEmpty() ? new String[0] : settings.split(" ")) {
            String[] parts = setting.split("=", 2);
            given.put(parts[0], parts[1]);
        }
        StandardEnvironment environment = new StandardEnvironment();
        environment.getPropertySources().remove(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME);
        environment.getPropertySources().addFirst(new MapPropertySource("given", given));
        ConfigDataEnvironmentPostProcessor.applyTo(
                environment, null, null, profile.isEmpty() ? List.of() : List.of(profile));
        assertThat(environment.getProperty("winnow.security.keys.admin.scope"))
                .as("the application's own settings")
                .isEqualTo("admin");
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
    @ValueSource(
            strings = {
                "SERVER_ADDRESS=0.0.0.0",
                "SERVER_ADDRESS=:: SPRING_PROFILES_ACTIVE=demo",
                "SERVER_ADDRESS=0.0.0.0 WINNOW_API_KEY=weak"
            })
    void endsAProcessThatMustNotStartWithACodeAndAWayOut(String environment) throws Exception {
        Process process = process(environment);
        String output = process.inputReader().lines().collect(Collectors.joining("\n"));
        assertThat(process.waitFor()).as(output).isEqualTo(78);
        assertThat(output)
                .contains("APPLICATION FAILED TO START", "Action:", "winnow.security.keys")
                .doesNotContain("\tat ", "=weak", BANNER);
    }

    @ParameterizedTest
    @CsvSource({
        "WINNOW_SECURITY_ALLOWANONYMOUS=true, 200, true",
        "WINNOW_SECURITY_ALLOWANONYMOUS=true WINNOW_API_KEY=" + KEY + ", 401, false",
        "WINNOW_API_KEY=" + KEY + ", 401, false"
    })
    void startsAProcessThatOthersCanReachByCredentialsOrLoudlyByTheFlag(
            String environment, int withoutCredentials, boolean loud) throws Exception {
        TestDatabase.Details database = TestDatabase.freshDatabase();
        Process process = process(environment
                + " SERVER_ADDRESS=0.0.0.0 SERVER_PORT=0 WINNOW_ROLE=api WINNOW_HOME=" + home
                + " SPRING_DATASOURCE_URL=" + database.getJdbcUrl()
                + " SPRING_DATASOURCE_USERNAME=" + database.getUsername()
                + " SPRING_DATASOURCE_PASSWORD=" + database.getPassword());
        try {
            List<String> output = new ArrayList<>();
            BufferedReader lines = process.inputReader();
            Matcher started = STARTED.matcher("");
            for (String line = lines.readLine(); line != null && !started.find(); line = lines.readLine()) {
                output.add(line);
                started.reset(line);
            }
            String log = String.join("\n", output);
            assertThat(started.reset(output.get(output.size() - 1)).find())
                    .as(log)
                    .isTrue();
            int port = Integer.parseInt(started.group(1));
            WinnowClient winnow = new WinnowClient(() -> port);
            assertThat(winnow.get("/jobs").statusCode()).isEqualTo(withoutCredentials);
            assertThat(log.contains(BANNER)).as(log).isEqualTo(loud);
            assertThat(log).doesNotContain(KEY);
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    /** Without the variables of this process that are the service's. */
    private static Process process(String variables) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "io.winnow.WinnowApplication")
                .redirectErrorStream(true);
        builder.environment().remove("WINNOW_API_KEY");
        for (String variable : variables.split(" ")) {
            String[] parts = variable.split("=", 2);
            builder.environment().put(parts[0], parts[1]);
        }
        return builder.start();
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
