package io.winnow.model.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.winnow.model.Architecture;
import io.winnow.model.Architectures;
import io.winnow.model.ModelUse;
import io.winnow.model.Models;
import io.winnow.testing.TestDatabase;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.webmvc.test.autoconfigure.AutoConfigureMockMvc;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.mock.web.MockPart;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MvcTestResult;

@SpringBootTest
@AutoConfigureMockMvc
@Import({TestDatabase.class, ModelApiTests.OtherFeatures.class})
class ModelApiTests {

    @Autowired
    MockMvcTester mvc;

    @Autowired
    Models models;

    private MvcTestResult post(String body) {
        return mvc.post()
                .uri("/models")
                .contentType(MediaType.APPLICATION_JSON)
                .content(body)
                .exchange();
    }

    @Test
    void takesNoTorchScriptUnlessAnOperatorSaysSo() {
        assertThat(mvc.post()
                        .uri("/models")
                        .multipart()
                        .part(new MockPart("metadata", "{\"name\": \"mine\"}".getBytes()))
                        .exchange())
                .hasStatus(409)
                .bodyJson()
                .extractingPath("$.detail")
                .asString()
                .contains("winnow.models.torchscript.enabled=true");
    }

    @Test
    void listsTheArchitecturesWithTheirOptions() {
        var answer = assertThat(mvc.get().uri("/architectures")).hasStatusOk().bodyJson();
        answer.extractingPath("$.items[*].name")
                .asArray()
                .containsExactly(
                        "mlp",
                        "small-cnn",
                        "plain-cnn",
                        "resnet18",
                        "resnet50",
                        "resnet9",
                        "wide-resnet-28-10",
                        "vgg16-bn",
                        "mobilenet-v2",
                        "vit-tiny");
        answer.extractingPath("$.items[3].options[0]")
                .asMap()
                .containsEntry("name", "width")
                .containsEntry("type", "integer")
                .containsEntry("default", 64)
                .containsEntry("minimum", 8)
                .containsEntry("maximum", 256)
                .doesNotContainKeys("choices", "step");
        answer.extractingPath("$.items[6].options[0]")
                .asMap()
                .containsEntry("name", "depth")
                .containsEntry("minimum", 10)
                .containsEntry("step", 6);
        answer.extractingPath("$.items[8].options[0]")
                .asMap()
                .containsEntry("type", "number")
                .containsEntry("default", 1.0)
                .containsEntry("minimum", 0.1)
                .containsEntry("maximum", 2.0);
        answer.extractingPath("$.items[9].options[*].name")
                .asArray()
                .containsExactly("patch", "dim", "depth", "heads", "pooling");
        answer.extractingPath("$.items[0].options[0].default").asArray().containsExactly(256);
        answer.extractingPath("$.items[4].options[1].choices").asArray().containsExactly("cifar", "imagenet");
    }

    @Test
    void registersAModelAndFillsInTheDefaults() {
        assertThat(post("""
                {"name": "wide", "architecture": "resnet50", "options": {"width": 96}}"""))
                .hasStatus(201)
                .hasHeader(HttpHeaders.LOCATION, "/models/wide")
                .bodyJson()
                .extractingPath("$.options.stem")
                .isEqualTo("cifar");
        assertThat(models.require("wide").options()).isEqualTo(Map.of("width", 96, "stem", "cifar"));
        assertThat(mvc.get().uri("/models/wide"))
                .hasStatusOk()
                .bodyJson()
                .extractingPath("$.architecture")
                .isEqualTo("resnet50");
        assertThat(mvc.get().uri("/models?size=500"))
                .bodyJson()
                .extractingPath("$.items[?(@.name == 'wide')].options.width")
                .asArray()
                .containsExactly(96);
    }

    @Test
    void keepsNumbersThatAreNotWhole() {
        assertThat(post("""
                {"name": "narrow", "architecture": "mobilenet-v2", "options": {"width": 0.35}}""")).hasStatus(201);
        assertThat(models.require("narrow").options()).isEqualTo(Map.of("width", 0.35, "stem", "cifar"));
        assertThat(post("""
                {"name": "double", "architecture": "mobilenet-v2", "options": {"width": 2}}""")).hasStatus(201);
    }

    @Test
    void keepsListsOfNumbers() {
        assertThat(post("""
                {"name": "deep", "architecture": "mlp", "options": {"hidden": [64, 32]}}""")).hasStatus(201);
        assertThat(models.require("deep").options()).isEqualTo(Map.of("hidden", List.of(64, 32)));
        assertThat(post("""
                {"name": "linear", "architecture": "mlp", "options": {"hidden": []}}""")).hasStatus(201);
    }

    @Test
    void registersEveryArchitectureWithoutOptions() {
        for (Architecture architecture : Architectures.all()) {
            assertThat(post("{\"name\": \"default-%s\", \"architecture\": \"%s\"}"
                            .formatted(architecture.name(), architecture.name())))
                    .hasStatus(201);
            assertThat(models.require("default-" + architecture.name())
                            .options()
                            .keySet())
                    .containsExactlyInAnyOrderElementsOf(architecture.options().stream()
                            .map(option -> option.name())
                            .toList());
        }
    }

    @Test
    void refusesANameThatIsTaken() {
        String body = "{\"name\": \"twice\", \"architecture\": \"small-cnn\"}";
        assertThat(post(body)).hasStatus(201);
        assertThat(post(body)).hasStatus(409);
    }

    @Test
    void deletesAModelUnlessItIsInUse() {
        assertThat(post("{\"name\": \"busy\", \"architecture\": \"small-cnn\"}"))
                .hasStatus(201);
        assertThat(post("{\"name\": \"idle\", \"architecture\": \"small-cnn\"}"))
                .hasStatus(201);
        assertThat(mvc.delete().uri("/models/busy"))
                .hasStatus(409)
                .bodyJson()
                .extractingPath("$.detail")
                .asString()
                .contains("a test trains it");
        assertThat(mvc.delete().uri("/models/idle")).hasStatus(204);
        assertThat(mvc.get().uri("/models/idle")).hasStatus(404);
        assertThat(mvc.delete().uri("/models/idle")).hasStatus(404);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            name            | {"architecture": "mlp"}
            name            | {"name": "Bad Name", "architecture": "mlp"}
            architecture    | {"name": "bad"}
            architecture    | {"name": "bad", "architecture": "resnet19"}
            architecture    | {"name": "bad", "architecture": "MLP"}
            options.width   | {"name": "bad", "architecture": "resnet18", "options": {"width": 7}}
            options.width   | {"name": "bad", "architecture": "resnet18", "options": {"width": 257}}
            options.width   | {"name": "bad", "architecture": "resnet18", "options": {"width": "64"}}
            options.width   | {"name": "bad", "architecture": "resnet18", "options": {"width": 64.0}}
            options.width   | {"name": "bad", "architecture": "resnet18", "options": {"width": null}}
            options.width   | {"name": "bad", "architecture": "resnet18", "options": {"width": 99999999999999}}
            options.width   | {"name": "bad", "architecture": "mlp", "options": {"width": 64}}
            options.width   | {"name": "bad", "architecture": "small-cnn", "options": {"width": 64}}
            options.depth   | {"name": "bad", "architecture": "resnet18", "options": {"depth": 34}}
            options.stem    | {"name": "bad", "architecture": "resnet50", "options": {"stem": "tiny"}}
            options.width   | {"name": "bad", "architecture": "resnet9", "options": {"width": 4}}
            options.width   | {"name": "bad", "architecture": "vgg16-bn", "options": {"width": 256}}
            options.width   | {"name": "bad", "architecture": "mobilenet-v2", "options": {"width": 0.05}}
            options.width   | {"name": "bad", "architecture": "mobilenet-v2", "options": {"width": 2.1}}
            options.width   | {"name": "bad", "architecture": "mobilenet-v2", "options": {"width": "1.0"}}
            options.width   | {"name": "bad", "architecture": "wide-resnet-28-10", "options": {"width": 0}}
            options.depth   | {"name": "bad", "architecture": "wide-resnet-28-10", "options": {"depth": 20}}
            options.depth   | {"name": "bad", "architecture": "wide-resnet-28-10", "options": {"depth": 4}}
            options.depth   | {"name": "bad", "architecture": "wide-resnet-28-10", "options": {"depth": 46}}
            options.patch   | {"name": "bad", "architecture": "vit-tiny", "options": {"patch": 0}}
            options.heads   | {"name": "bad", "architecture": "vit-tiny", "options": {"heads": 17}}
            options.heads   | {"name": "bad", "architecture": "vit-tiny", "options": {"dim": 64}}
            options.heads   | {"name": "bad", "architecture": "vit-tiny", "options": {"heads": 5}}
            options.pooling | {"name": "bad", "architecture": "vit-tiny", "options": {"pooling": "max"}}
            options.hidden  | {"name": "bad", "architecture": "mlp", "options": {"hidden": 64}}
            options.hidden  | {"name": "bad", "architecture": "mlp", "options": {"hidden": [0]}}
            options.hidden  | {"name": "bad", "architecture": "mlp", "options": {"hidden": [64, "x"]}}
            options.hidden  | {"name": "bad", "architecture": "mlp", "options": {"hidden": [1,1,1,1,1,1,1,1,1]}}
            options.channels | {"name": "bad", "architecture": "plain-cnn", "options": {"channels": []}}
            options         | {"name": "bad", "architecture": "mlp", "options": [1]}
            weights         | {"name": "bad", "architecture": "mlp", "weights": "imagenet"}
            body            | ``
            """)
    void refusesABadRegistrationNamingTheField(String field, String body) {
        MvcTestResult answer = post(body);
        assertThat(answer).hasStatus(400).hasContentType(MediaType.APPLICATION_PROBLEM_JSON);
        assertThat(answer)
                .bodyJson()
                .extractingPath("$.errors[*].field")
                .asArray()
                .contains(field);
        assertThat(mvc.get().uri("/models/bad")).hasStatus(404);
    }

    @TestConfiguration(proxyBeanMethods = false)
    static class OtherFeatures {

        @Bean
        ModelUse testUse() {
            return model -> model.name().equals("busy") ? Optional.of("a test trains it") : Optional.empty();
        }
    }
}
