package io.winnow.documents;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the pages say is there: links, files, commands, operations, settings. */
class DocumentsTests {

    private static final DocumentCheck CHECK = new DocumentCheck();

    static Stream<String> pages() {
        return Document.all().stream().map(document -> document.path().toString());
    }

    @ParameterizedTest
    @MethodSource("pages")
    void promiseNothingThatIsNotThere(String page) {
        assertThat(CHECK.all(Document.of(page, Document.read(Path.of(page))))).isEmpty();
    }

    @Test
    void areAllRead() {
        assertThat(pages()).contains("README.md", "CONTRIBUTING.md", "docs/README.md", "docs/methods/el2n.md");
        assertThat(pages().map(page -> Document.of(page, Document.read(Path.of(page))))
                        .flatMap(Document::commands)
                        .flatMap(HttpCall::in))
                .as("calls that are checked")
                .hasSizeGreaterThan(60);
    }

    /** Each page of docs is found from their index. */
    @Test
    void areAllInTheIndex() {
        Document index = Document.of("docs/README.md", Document.read(Path.of("docs/README.md")));
        List<String> linked = index.links();
        assertThat(pages().filter(page -> page.startsWith("docs/") && !page.equals("docs/README.md"))
                        .map(page -> page.substring("docs/".length()))
                        .filter(page -> !page.startsWith("methods/") || page.equals("methods/README.md")))
                .allMatch(linked::contains);
    }

    private static List<String> problems(String text) {
        return CHECK.all(Document.of("docs/page.md", text));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            [a](nowhere.md)                                    | links to nowhere.md, which is not there
            ![a](images/nowhere.png)                           | links to images/nowhere.png, which is not there
            [a](concepts.md#nothing-of-the-kind)               | links to concepts.md#nothing-of-the-kind, where no heading has that anchor
            [a](#nothing)                                      | links to #nothing, where no heading has that anchor
            `src/main/java/io/winnow/Nothing.java`             | names the file src/main/java/io/winnow/Nothing.java, which is not there
            `tool/nothing.py`                                  | names the file tool/nothing.py, which is not there
            `io.winnow.nothing`                                | names io.winnow.nothing, which is not there
            `io.winnow.scoring.Nothing`                        | names io.winnow.scoring.Nothing, which is not there
            `NothingTests`                                     | names the test NothingTests, which is not there
            `./mvnw verify -Pnothing`                          | runs the profile nothing, which no pom has
            `./mvnw test -Dtest=NothingTests`                  | runs the test NothingTests, which is not there
            `./mvnw test -Dtest='El2nTests,io.winnow.nothing.*'` | runs the test io.winnow.nothing.*, which is not there
            `bench/faults/nothing.sh`                          | names the file bench/faults/nothing.sh, which is not there
            `python3 nothing.py`                               | runs nothing.py, which is not there
            `sh bench/faults/nothing.sh 3`                     | has a command on bench/faults/nothing.sh, which is not there
            `PUT /jobs`                                        | calls PUT /jobs, which openapi.yaml does not have
            `GET /job/{id}`                                    | calls GET /job/{id}, which openapi.yaml does not have
            `curl localhost:8080/sets`                         | calls GET /sets, which openapi.yaml does not have
            `curl -X DELETE localhost:8080/workers`            | calls DELETE /workers, which openapi.yaml does not have
            `curl 'localhost:8080/subsets?ratio=0.3&rate=1'`   | gives GET /subsets the parameter rate, which it does not take
            `curl localhost:8080/jobs -d '{"dataset": "a", "modell": "b"}'` | sends POST /jobs the field modell, which it does not take
            `requests.get(f"{winnow}/nothing")`                | calls GET /nothing, which openapi.yaml does not have
            `winnow.nothing.at-all`                            | names the setting winnow.nothing.at-all, which is not there
            `winnow.jobs.most-quued`                           | names the setting winnow.jobs.most-quued, which is not there
            `winnow.security.keys.<name>.valu`                 | names the setting winnow.security.keys.<name>.valu, which is not there
            `WINNOW_NOTHING=1`                                 | names the variable WINNOW_NOTHING, which nothing reads
            """)
    void areRefusedWhereTheyPromiseWhatIsNotThere(String text, String problem) {
        assertThat(problems(text)).contains("docs/page.md " + problem);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[a](concepts.md#concepts) [b](../README.md) [c](https://example.org/nowhere) [d](#here)\n\n# Here",
                "`src/main/java/io/winnow`, `application/json`, `text/csv`, `io.winnow.scoring.ScoreSet`, `OpenApiTests`",
                "`./mvnw -q -Pdemo spring-boot:run` `./mvnw test -Pfaults -Dtest='io.winnow.faults.*'`",
                "`GET /jobs/{id}`, `curl -s 'localhost:8080/subsets?ratio=0.3&policy=top' -o keep.npy`, `/var/lib/winnow`",
                "`winnow.security.keys.<name>.value`, `winnow.data.s3`, `winnow.jar`, `WINNOW_HOME`, `WINNOW_API_KEY`",
                "`[a](nowhere.md)`"
            })
    void arePassedWhereTheyPromiseWhatIsThere(String text) {
        assertThat(problems(text)).isEmpty();
    }

    @Test
    void areReadInTheirBlocksOfCodeToo() {
        assertThat(problems("""
                Start it:

                    ./mvnw -Pnothing spring-boot:run

                ```bash
                curl -s localhost:8080/jobs -H 'Content-Type: application/json' \\
                     -d '{"data": "x"}'
                ```
                """))
                .containsExactlyInAnyOrder(
                        "docs/page.md runs the profile nothing, which no pom has",
                        "docs/page.md sends POST /jobs the field data, which it does not take");
    }
}
