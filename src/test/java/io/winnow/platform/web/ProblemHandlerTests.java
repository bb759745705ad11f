package io.winnow.platform.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.winnow.platform.ConflictException;
import io.winnow.platform.NotFoundException;
import io.winnow.platform.TooManyRequestsException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.webmvc.test.autoconfigure.WebMvcTest;
import org.springframework.context.annotation.Import;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.http.MediaType;
import org.springframework.test.context.ContextConfiguration;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@WebMvcTest(ProblemHandlerTests.Kitchen.class)
@ContextConfiguration(classes = ProblemHandlerTests.Kitchen.class)
@Import({ProblemHandler.class, BodyLimit.class, StrictParameters.class})
class ProblemHandlerTests {

    @Autowired
    MockMvcTester mvc;

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"cups": 2, "sugr": 1}          | sugr
            {"cups": "two"}                 | cups
            {"cups": 1.5}                   | cups
            {"cups": [1]}                   | cups
            {"steps": [{"minutes": "x"}]}   | steps[0].minutes
            {"kind": "SOUP"}                | kind
            {"cups": 2                      | body
            []                              | body
            ''                              | body
            """)
    void namesTheFieldOfABodyThatCannotBeRead(String body, String field) {
        var answer = mvc.post()
                .uri("/recipes")
                .contentType(MediaType.APPLICATION_JSON)
                .content(body)
                .exchange();
        assertThat(answer).hasStatus(400).hasContentType(MediaType.APPLICATION_PROBLEM_JSON);
        assertThat(answer).bodyJson().extractingPath("$.errors[0].field").isEqualTo(field);
        assertThat(answer).bodyJson().extractingPath("$.instance").isEqualTo("/recipes");
    }

    @ParameterizedTest
    @CsvSource({"08006", "57P01", "57P03", "53300", "57014", "55P03", "40001"})
    void saysThatItIsWorthAnotherTryWhileTheDatabaseIsAway(String state) {
        var answer = mvc.get().uri("/outage?state=" + state).exchange();
        assertThat(answer).hasStatus(503).hasContentType(MediaType.APPLICATION_PROBLEM_JSON);
        assertThat(answer).headers().hasValue("Retry-After", "5");
        assertThat(answer).bodyText().doesNotContain("secret");
    }

    @Test
    void takesADefectForNoOutage() {
        assertThat(mvc.get().uri("/outage?state=42703").exchange()).hasStatus(500);
    }

    @Test
    void saysWhenItIsWorthAnotherTryAfterTooManyRequests() {
        var answer = mvc.get().uri("/flood").exchange();
        assertThat(answer).hasStatus(429).hasContentType(MediaType.APPLICATION_PROBLEM_JSON);
        assertThat(answer).headers().hasValue("Retry-After", "7");
        assertThat(answer).bodyJson().extractingPath("$.type").isEqualTo("urn:winnow:problem:too-many-requests");
    }

    @Test
    void refusesParametersThatAnOperationDoesNotDeclareOrThatComeTwice() {
        assertThat(mvc.get().uri("/flood?page=1&size=2").exchange()).hasStatus(400);
        assertThat(mvc.get().uri("/outage?state=42703&states=1").exchange())
                .hasStatus(400)
                .bodyJson()
                .extractingPath("$.errors[0].field")
                .isEqualTo("states");
        assertThat(mvc.get().uri("/outage?state=42703&state=42703").exchange())
                .hasStatus(400)
                .bodyJson()
                .extractingPath("$.errors[0].field")
                .isEqualTo("state");
    }

    @Test
    void refusesAnotherContentType() {
        assertThat(mvc.post().uri("/recipes").contentType(MediaType.TEXT_PLAIN).content("{}"))
                .hasStatus(415)
                .hasContentType(MediaType.APPLICATION_PROBLEM_JSON);
    }

    @Test
    void refusesABodyAboveTheLimit() {
        String large = "{\"name\": \"%s\"}".formatted("x".repeat(2 << 20));
        assertThat(mvc.post()
                        .uri("/recipes")
                        .contentType(MediaType.APPLICATION_JSON)
                        .content(large))
                .hasStatus(413)
                .hasContentType(MediaType.APPLICATION_PROBLEM_JSON)
                .bodyJson()
                .extractingPath("$.errors[0].field")
                .isEqualTo("body");
    }

    @Test
    void namesAQueryParameterOfTheWrongType() {
        assertThat(mvc.get().uri("/recipes?servings=many"))
                .hasStatus(400)
                .bodyJson()
                .extractingPath("$.errors[0].field")
                .isEqualTo("servings");
    }

    @Test
    void mapsTheFeaturesExceptionsToTheirStatus() {
        assertThat(mvc.get().uri("/missing"))
                .hasStatus(404)
                .bodyJson()
                .extractingPath("$.detail")
                .isEqualTo("no soup");
        assertThat(mvc.get().uri("/busy"))
                .hasStatus(409)
                .bodyJson()
                .extractingPath("$.status")
                .isEqualTo(409);
        assertThat(mvc.get().uri("/nowhere"))
                .hasStatus(404)
                .bodyJson()
                .extractingPath("$.type")
                .isEqualTo("urn:winnow:problem:not-found");
        assertThat(mvc.delete().uri("/busy")).hasStatus(405);
    }

    @Test
    void tellsNothingOfAnUnexpectedException() {
        var answer = mvc.get().uri("/burnt").exchange();
        assertThat(answer).hasStatus(500).hasContentType(MediaType.APPLICATION_PROBLEM_JSON);
        assertThat(answer).bodyText().doesNotContain("secret", "Exception");
    }

    @RestController
    static class Kitchen {

        @PostMapping("/recipes")
        String cook(@RequestBody Recipe recipe) {
            return "done";
        }

        @GetMapping("/recipes")
        String list(@RequestParam int servings) {
            return "list";
        }

        @GetMapping("/missing")
        String missing() {
            throw new NotFoundException("no soup");
        }

        @GetMapping("/busy")
        String busy() {
            throw new ConflictException("the stove is in use");
        }

        @GetMapping("/outage")
        String outage(@RequestParam String state) {
            throw new DataAccessResourceFailureException("x", new SQLException("secret host", state));
        }

        @GetMapping("/flood")
        String flood() {
            throw new TooManyRequestsException("the stove is full", Duration.ofSeconds(7));
        }

        @GetMapping("/burnt")
        String burnt() {
            throw new IllegalStateException("secret /etc/passwd");
        }

        record Recipe(String name, Integer cups, Kind kind, List<Step> steps) {}

        record Step(Integer minutes) {}

        enum Kind {
            CAKE,
            BREAD
        }
    }
}
