package io.winnow.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import io.winnow.testing.WinnowClient;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * The whole story as a user lives through it. With {@code -Dwinnow.screenshots=true} the pictures of the documents are taken
 * anew.
 */
class DashboardTests extends Dashboard {

    @Test
    void leadsFromTheBundledDataToTheCurveOfAnEvaluation() throws Exception {
        registerTheBundledData();
        scoreIt();
        String el2n = scoreSet("el2n");
        lookAtTheScores();
        chooseASubset(el2n);
        lookForWrongLabels(el2n);
        evaluate(el2n);
    }

    /** Of the job that the page shows. */
    private String scoreSet(String method) {
        return service.read("/jobs/" + shownId())
                .get("scoreSets")
                .valueStream()
                .filter(set -> set.get("method").asString().equals(method))
                .findFirst()
                .orElseThrow()
                .get("id")
                .asString();
    }

    private void registerTheBundledData() throws Exception {
        browser.open("/");
        browser.fill("input[name=name]", "clothes");
        browser.fill("input[name=location]", "samples/fashion-mnist");
        browser.click("form button");
        browser.find("[data-state=READY]");
        browser.find(".samples img");
        assertThat(browser.text(".samples li")).isEqualTo("# 0\n9");
        look("datasets");
    }

    private void scoreIt() throws Exception {
        browser.open("/#/jobs/new");
        browser.choose("select[name=dataset]", "clothes");
        browser.choose("select[name=model]", "new:mlp");
        browser.fill("input[name=runs]", "2");
        browser.fill("input[name=epochs]", "3");
        browser.click("input[name=methods][value=aum]");
        browser.waitFor("document.body.textContent.includes('Register mlp')");
        browser.click("form [role=status] button");
        assertThat(estimated()).matches("About [\\d.]+ (s|min|h) on cpu: .* of scoring, with [\\d,]+ MB of memory\\.");
        look("job-form");
        browser.click("form button.main");
        browser.find("[data-status=SUCCEEDED]");
        browser.find("[data-epochs='3']");
        assertThat(browser.text("[data-status]")).contains("2 of 2 runs done");
        browser.find("[data-scores='2']");
        look("job");
    }

    private void lookAtTheScores() throws Exception {
        browser.click("a[aria-label='Scores by el2n']");
        browser.find("ul[aria-label='The most important samples'] img");
        browser.find("ul[aria-label='The least important samples'] img");
        browser.find("canvas[aria-label^='Samples by their scores by el2n and aum'][data-drawn]");
        browser.find("canvas[aria-label^='Mean score of the samples'][data-drawn]");
        browser.find("canvas[aria-label^='Share of the kept samples'][data-drawn]");
        assertThat(browser.text("div[aria-label=Agreement]")).matches("(?s).*-?0\\.\\d{3}.*\\d+\\.\\d %.*");
        look("scores");
    }

    private void chooseASubset(String el2n) throws Exception {
        browser.open("/#/subsets/" + el2n);
        browser.find("[data-size='3000']");
        browser.find("canvas[aria-label^='Samples by class. kept: 3,000, dropped: 7,000'][data-drawn]");
        browser.choose("input[name=ratio]", "0.5");
        browser.find("[data-size='5000']");
        assertThat(browser.text("[data-size]")).contains("5,000 of 10,000 samples kept");
        assertThat(browser.drawn("canvas[aria-label^='Samples by class. kept: 5,000']"))
                .isEqualTo(classCounts(el2n, "0.5"));
        browser.waitFor("document.body.textContent.includes('Policy random at the same ratio keeps')");
        look("subsets");
        browser.click(".controls button.main");
        assertThat(Files.readAllBytes(browser.download("subset.npy")))
                .isEqualTo(service.bytes("/subsets?ratio=0.5&format=npy&scoreSet=" + el2n)
                        .body());
        browser.fill("form input[name=name]", "half-of-it");
        browser.click("form button");
        browser.find("button[aria-label='Download half-of-it']").click();
        assertThat(Files.readAllBytes(browser.download("half-of-it.npy")))
                .isEqualTo(Files.readAllBytes(browser.download("subset.npy")));
        assertThat(service.read("/subsets/half-of-it").get("ratio").asDouble()).isEqualTo(0.5);
    }

    private List<Long> classCounts(String scoreSet, String ratio) {
        return WinnowClient.json(service.get("/subsets?ratio=%s&scoreSet=%s".formatted(ratio, scoreSet)))
                .get("classCounts")
                .valueStream()
                .map(JsonNode::asLong)
                .toList();
    }

    private void lookForWrongLabels(String el2n) throws Exception {
        browser.open("/#/suspects/" + el2n);
        browser.find("ul[aria-label=Suspects] img");
        look("suspects");
        browser.click(".actions button");
        assertThat(Files.readAllLines(browser.download("suspects.csv")))
                .hasSize(10_001)
                .startsWith("index,score,label,class,predicted,predicted_class,key");
    }

    private void evaluate(String el2n) throws Exception {
        browser.open("/#/evaluations/new?set=" + el2n);
        browser.find("input[name=scoreSets][value='" + el2n + "']:checked");
        browser.click("input[name=policies][value=calibrated]");
        browser.fill("input[name=ratios]", "0.1, 0.5");
        browser.fill("input[name=runs]", "2");
        browser.fill("input[name=epochs]", "1");
        browser.waitFor(
                "document.querySelector('[data-estimate]')?.textContent.startsWith('10 trainings of 5 points')");
        assertThat(estimated()).matches("10 trainings of 5 points; about [\\d.]+ (s|min|h) on cpu\\.");
        look("evaluation-form");
        browser.click("form button.main");
        browser.find("[data-status=SUCCEEDED]");
        browser.find("figure[data-points='5'] canvas[data-drawn]");
        JsonNode evaluation = service.read("/evaluations/" + shownId());
        assertThat(browser.attribute("figure[data-points] canvas", "aria-label"))
                .contains("random: 0.100 → ", "el2n, top: 0.100 → ", "all samples: ", " ± ");
        assertThat(browser.text("div[aria-label=Points] tbody tr:nth-child(4)"))
                .contains(
                        "el2n, top",
                        "%.1f"
                                .formatted(100
                                        * evaluation
                                                .at("/points/3/accuracy/mean")
                                                .asDouble()));
        assertThat(browser.text("div[aria-label='Accuracy by class'] tbody").lines())
                .hasSize(10);
        assertThat(browser.text("div[aria-label=Costs]")).contains("all samples", "Retraining");
        assertThat(browser.text("div[aria-label^='Smallest ratios']")).contains("random", "el2n, top");
        look("evaluation");
        browser.pressButton("points.csv");
        assertThat(Files.readAllBytes(browser.download("points.csv")))
                .isEqualTo(service.bytes("/evaluations/" + shownId() + "/points.csv")
                        .body());
    }
}
