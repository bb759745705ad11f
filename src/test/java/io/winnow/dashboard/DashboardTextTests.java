package io.winnow.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Names that others gave are shown as they are, and nothing in them is done. */
class DashboardTextTests extends Dashboard {

    private static final String PICTURE = "<img src=x onerror=\"window.ran = 1\">";
    private static final String SCRIPT = "</div></text><script>window.ran = 1</script>";
    private static final String FRAME = "<iframe srcdoc='<script>top.ran = 1</script>'></iframe>";

    private static final String FORMULA = "=HYPERLINK(\"http://evil.example\",\"open\")";

    @Test
    void showsNamesOfOthersAsTextAndRunsNothingOfThem() throws Exception {
        List<String> classes = new ArrayList<>(List.of(PICTURE, SCRIPT, FRAME, FORMULA));
        IntStream.range(4, 10).forEach(i -> classes.add(i + " " + PICTURE));
        send("/datasets", """
                {"name": "hostile", "format": "idx", "location": "samples/fashion-mnist", "classes": %s, "description": %s}
                """.formatted(
                        JsonMapper.shared().writeValueAsString(classes),
                        JsonMapper.shared().writeValueAsString("about " + PICTURE + SCRIPT)));
        service.ready("hostile");
        send("/models", "{\"name\": \"for-hostile\", \"architecture\": \"mlp\"}");
        JsonNode job = service.succeeded(send("/jobs", """
                {"dataset": "hostile", "model": "for-hostile", "methods": ["el2n"], "epochs": 1}"""));
        String set = job.at("/scoreSets/0/id").asString();

        browser.open("/#/datasets/hostile");
        browser.find(".samples img");
        requireText("about " + PICTURE + SCRIPT);
        // The first picture of the bundled data is of class 9.
        requireText("9 " + PICTURE);
        for (String page : List.of("/suspects/", "/scores/", "/subsets/")) {
            browser.open("/#" + page + set);
            browser.find(".samples img");
            requireNothingRan(page);
        }
        browser.open("/#/suspects/" + set);
        browser.find("ul[aria-label=Suspects] img");
        requireText("predicted ");
        requireText(" " + PICTURE);
        browser.pressButton("Export CSV");
        assertThat(Files.readString(browser.download("suspects.csv")))
                .contains(",\"'=HYPERLINK(\"\"http://evil.example\"\",\"\"open\"\")\",")
                .doesNotContain(",\"=", ",=");
    }

    private void requireText(String text) {
        browser.waitFor("document.querySelector('main').textContent.includes("
                + JsonMapper.shared().writeValueAsString(text) + ")");
        requireNothingRan(text);
    }

    private void requireNothingRan(String where) {
        assertThat(browser.run("return window.ran ?? null")).as(where).isNull();
        assertThat(browser.run("""
                return document.querySelectorAll(
                    'main script, main iframe, img[src="x"], [onerror], [onload], [srcdoc]').length
                """)).as(where).isEqualTo(0L);
    }
}
