package io.winnow;

import static org.assertj.core.api.Assertions.assertThat;

import io.winnow.testing.OpenApiDocument;
import io.winnow.testing.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Import;
import org.springframework.http.ResponseEntity;
import org.springframework.web.client.RestClient;

/** The hand-kept contract at the root says what the code does, and the other way round. */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
@Import(TestDatabase.class)
class OpenApiTests {

    @LocalServerPort
    int port;

    RestClient http;
    OpenApiDocument file;
    OpenApiDocument code;

    @BeforeEach
    void readBoth() throws Exception {
        http = RestClient.create("http://127.0.0.1:" + port);
        file = OpenApiDocument.parse(Files.readString(Path.of("openapi.yaml")));
        code = OpenApiDocument.parse(
                http.get().uri("/v3/api-docs.yaml").retrieve().body(String.class));
    }

    @Test
    void hasTheSameOperations() {
        assertThat(file.operations()).isEqualTo(code.operations());
    }

    @Test
    void hasTheSameParametersOfEachOperation() {
        Set<String> inFile = new TreeSet<>();
        Set<String> inCode = new TreeSet<>();
        for (String operation : file.operations()) {
            file.parameters(operation).forEach(parameter -> inFile.add(operation + " " + parameter));
            code.parameters(operation).forEach(parameter -> inCode.add(operation + " " + parameter));
        }
        assertThat(inFile).isEqualTo(inCode);
    }

    @Test
    void hasTheSameFieldsInEachBodyThatTheCodeDeclares() {
        Set<String> inFile = new TreeSet<>();
        Set<String> inCode = new TreeSet<>();
        for (String operation : code.operations()) {
            for (OpenApiDocument.Body body : code.bodies(operation)) {
                body.fields().forEach(field -> inCode.add(operation + " " + body.place() + " " + field));
                file.fieldsAt(operation, body.place(), body.fields())
                        .forEach(field -> inFile.add(operation + " " + body.place() + " " + field));
            }
        }
        assertThat(inFile).isEqualTo(inCode);
    }

    @Test
    void tellsASummaryAndTheErrorsOfEachOperation() {
        for (String operation : file.operations()) {
            assertThat(file.summary(operation)).as("summary of " + operation).isNotBlank();
            assertThat(file.statuses(operation)).as("statuses of " + operation).anyMatch(s -> s.startsWith("2"));
            assertThat(file.statuses(operation)).as("refusals of " + operation).contains("401", "403", "429");
        }
    }

    @Test
    void tellsTheScopeOfEachOperation() {
        for (String operation : file.operations()) {
            assertThat(file.security(operation))
                    .as("security of %s, which has its row in io.winnow.security.Operation too", operation)
                    .containsOnlyKeys("bearer", "apiKey");
        }
    }

    @Test
    void isServedAsYamlAndShownBySwaggerUi() throws Exception {
        ResponseEntity<String> served =
                http.get().uri("/openapi.yaml").retrieve().toEntity(String.class);
        assertThat(served.getBody()).isEqualTo(Files.readString(Path.of("openapi.yaml")));
        assertThat(served.getHeaders().getContentType()).hasToString("application/yaml");
        assertThat(http.get().uri("/swagger-ui/index.html").retrieve().body(String.class))
                .contains("swagger-ui");
        assertThat(http.get().uri("/v3/api-docs/swagger-config").retrieve().body(String.class))
                .contains("\"/openapi.yaml\"");
    }
}
