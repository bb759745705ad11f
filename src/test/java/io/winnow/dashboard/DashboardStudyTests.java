package io.winnow.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import org.junit.jupiter.api.Test;

/** Studies of training dynamics, from their form to their charts. */
class DashboardStudyTests extends Dashboard {

    @Test
    void showsTheBarriersBetweenChildrenOfATraining() throws Exception {
        ask("mode-connectivity", 2);
        browser.find("canvas[aria-label^='Barrier of the error by the epochs of the common parent'][data-drawn]");
        browser.find(
                "canvas[aria-label^='The error on the way between the children of a parent of 0 epochs'][data-drawn]");
        browser.choose("select[name=measure]", "loss");
        browser.choose("select[name=epoch]", "1");
        browser.find(
                "canvas[aria-label^='The loss on the way between the children of a parent of 1 epochs'][data-drawn]");
        assertThat(browser.text("div[aria-label=Barriers] thead")).contains("after 0", "after 1");
        look("barriers");
        browser.pressButton("points.csv");
        assertThat(Files.readAllBytes(browser.download("points.csv")))
                .isEqualTo(
                        service.bytes("/dynamics/" + shownId() + "/points.csv").body());
    }

    @Test
    void showsHowFastTheTangentKernelTurns() throws Exception {
        ask("ntk-velocity", 1);
        browser.find("canvas[aria-label^='Velocity from one epoch to the next'][data-drawn]");
        browser.find("canvas[aria-label^='Effective rank of the kernel'][data-drawn]");
        look("velocity");
        browser.open("/#/dynamics");
        assertThat(browser.text("tbody")).contains("ntk-velocity", "SUCCEEDED", "pictures");
    }

    private void ask(String study, int runs) {
        String scores = scored().at("/scoreSets/0/id").asString();
        browser.open("/#/dynamics");
        browser.click("a[href='#/dynamics/new']");
        browser.choose("select[name=study]", study);
        browser.choose("select[name=scoreSet]", scores);
        browser.choose("select[name=model]", "small");
        browser.fill("input[name=groups]", "2");
        browser.fill("input[name=epochs]", "2");
        browser.fill("input[name=at]", "0, 1");
        browser.fill("input[name=runs]", String.valueOf(runs));
        browser.click("form button.main");
        browser.find("[data-status=SUCCEEDED]");
        browser.find("h2[data-groups]");
    }
}
