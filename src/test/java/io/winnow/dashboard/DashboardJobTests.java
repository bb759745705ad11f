package io.winnow.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import io.winnow.subset.SubsetPolicies;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;

/** What works on the queue, as the dashboard follows it. */
class DashboardJobTests extends Dashboard {

    private static final String LONG = """
            {"dataset": "pictures", "model": "small", "runs": 1, "epochs": 1000, "seed": 9}
            """;

    @Test
    void showsAJobAsItGoesOnAndCancelsIt() {
        scored();
        browser.open("/#" + send("/jobs", LONG));
        try {
            followAndCancel();
            runItAgain();
        } finally {
            service.call("POST", "/jobs/" + shownId() + "/cancel", "");
        }
    }

    private void followAndCancel() {
        browser.waitFor("Number(document.querySelector('[data-epochs]')?.dataset.epochs) >= 2");
        browser.waitFor("""
                /RUNNING – \\d+ %, 0 of 1 runs done, run 1, epoch \\d+ of 1000, (training|scoring), \\d+\\.\\d % right after the last epoch, [\\d,]+ samples\\/s, .+ left/
                .test(document.querySelector('[data-status]').textContent)""");
        browser.find("canvas[aria-label^='Accuracy of each run after each epoch']");
        browser.pressButton("Cancel");
        browser.find("[data-status=CANCELLED]");
        assertThat(service.read("/jobs/" + shownId()).get("status").asString()).isEqualTo("CANCELLED");
        assertThat(service.read("/jobs/" + shownId() + "/epochs").at("/runs/0/epochs"))
                .as("what it had done is still shown")
                .hasSizeGreaterThanOrEqualTo(2);
    }

    private void runItAgain() {
        String before = shownId();
        browser.pressButton("Run it again");
        browser.waitFor("location.hash.startsWith('#/jobs/') && !location.hash.endsWith('" + before + "')");
        String again = shownId();
        service.call("POST", "/jobs/" + again + "/cancel", "");
        browser.find("[data-status=CANCELLED]");
        assertThat(service.read("/jobs/" + again).get("request"))
                .isEqualTo(service.read("/jobs/" + before).get("request"));
        browser.open("/#/jobs/new?like=" + before);
        assertThat(browser.find("input[name=epochs]").getAttribute("value")).isEqualTo("1000");
        assertThat(browser.find("input[name=seed]").getAttribute("value")).isEqualTo("9");
    }

    @Test
    void saysWhyAJobFailed() {
        scored();
        browser.open("/#" + send("/jobs", """
                {"dataset": "pictures", "model": "small", "runs": 1, "epochs": 1, "training": {"learningRate": 1e30}}
                """));
        browser.find("[data-status=FAILED]");
        assertThat(browser.text(".error")).startsWith("Training diverged: run 0");
    }

    @Test
    void asksForAnAuditAndShowsWhatItFound() throws Exception {
        scored();
        browser.open("/#/audits");
        browser.click("a[href='#/audits/new']");
        browser.find("input[name=fraction]");
        browser.fill("input[name=fraction]", "0.1");
        browser.fill("input[name=runs]", "1");
        browser.fill("input[name=epochs]", "2");
        browser.choose("select[name=dataset]", "pictures");
        browser.choose("select[name=model]", "small");
        browser.click("form button.main");
        browser.find("[data-status=SUCCEEDED]");
        browser.find("[data-planted='1000']");
        assertThat(browser.text("div[aria-label^='How well each method']"))
                .contains("el2n", "aum", "forgetting", "loss");
        requireNoBarriers("audit");
    }

    @Test
    void listsByPages() {
        scored();
        for (int i = 0; i < 21; i++) {
            service.send("/score-sets", """
                    {"name": "mine-%d", "method": "paged", "keeps": "LOWEST", "scores": [%d, 1, 2]}
                    """.formatted(i, i));
        }
        browser.open("/#/sets?method=paged");
        assertThat(rows()).hasSize(20).first().asString().contains("mine-20");
        browser.click("button[aria-label='Next score sets']");
        browser.waitFor("document.querySelectorAll('tbody tr').length === 1");
        assertThat(rows().get(0)).contains("mine-0");
        assertThat(browser.text(".actions")).contains("Page 2 of 2");
        assertThat(browser.find("button[aria-label='Next score sets']").getAttribute("aria-disabled"))
                .isEqualTo("true");
    }

    private List<String> rows() {
        return browser.find("tbody").findElements(By.tagName("tr")).stream()
                .map(WebElement::getText)
                .toList();
    }

    @Test
    void knowsThePoliciesOfTheService() {
        browser.open("/#/subsets/" + scored().at("/scoreSets/0/id").asString());
        assertThat(browser.find("select[name=policy]").findElements(By.tagName("option")).stream()
                        .map(option -> option.getAttribute("value")))
                .containsExactlyElementsOf(SubsetPolicies.ids());
        for (String policy : SubsetPolicies.ids()) {
            browser.choose("select[name=policy]", policy);
            browser.waitFor(
                    "[...document.querySelectorAll('pre')].some(line => line.textContent.includes('policy=%s&'))"
                            .formatted(policy));
        }
    }
}
