package io.winnow.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;
import tools.jackson.databind.JsonNode;

/** The dashboard for who has no mouse, and for who likes it dark. */
class DashboardAccessTests extends Dashboard {

    @Test
    void isUsedByTheKeyboardAlone() {
        String el2n = scored().at("/scoreSets/0/id").asString();
        browser.open("/#/datasets");
        browser.press(Keys.TAB);
        assertThat(browser.run("return document.activeElement.textContent")).isEqualTo("Skip to the content");
        browser.press(Keys.ENTER);
        assertThat(browser.run("return document.activeElement.id")).isEqualTo("main");
        browser.tabTo("input[name=name]");
        browser.press("typed");
        browser.tabTo("input[name=location]");
        browser.press("samples/fashion-mnist", Keys.ENTER);
        browser.find("[data-state=READY]");

        browser.open("/#/subsets/" + el2n);
        browser.find("[data-size='3000']");
        browser.tabTo("input[name=ratio]");
        browser.press(Keys.ARROW_RIGHT.toString().repeat(20));
        browser.find("[data-size='5000']");
        browser.tabTo("select[name=policy]");
        browser.press(Keys.ARROW_DOWN.toString().repeat(3));
        browser.waitFor(
                "[...document.querySelectorAll('pre')].some(line => line.textContent.includes('policy=random'))");
        browser.tabTo("input[name=name]");
        browser.press("by-keys", Keys.ENTER);
        browser.find("button[aria-label='Download by-keys']");
        JsonNode saved = service.read("/subsets/by-keys");
        assertThat(saved.get("policy").asString()).isEqualTo("random");
        assertThat(saved.get("ratio").asDouble()).isEqualTo(0.5);
    }

    @Test
    void isWithoutBarriersInTheDark() throws Exception {
        JsonNode job = scored();
        String set = job.at("/scoreSets/0/id").asString();
        browser.dark(true);
        for (String page : List.of(
                "/datasets",
                "/datasets/pictures",
                "/jobs",
                "/jobs/new",
                "/jobs/" + job.get("id").asString(),
                "/sets",
                "/scores/" + set,
                "/subsets/" + set,
                "/suspects/" + set,
                "/audits/new",
                "/evaluations",
                "/evaluations/new?set=" + set,
                "/key")) {
            browser.open("/#" + page);
            assertThat(browser.run("return getComputedStyle(document.body).backgroundColor"))
                    .as(page)
                    .isEqualTo("rgb(20, 24, 28)");
            requireNoBarriers(page + " in the dark");
        }
    }
}
