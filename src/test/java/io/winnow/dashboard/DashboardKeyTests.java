package io.winnow.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import io.winnow.testing.WinnowClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;
import org.springframework.test.context.TestPropertySource;

/** The dashboard of a service that asks for a key: it is entered once, and everything goes on with it. */
@TestPropertySource(
        properties = {
            "winnow.security.keys.admin.value=" + DashboardKeyTests.KEY,
            "winnow.security.keys.admin.scope=admin"
        })
class DashboardKeyTests extends Dashboard {

    static final String KEY = "wnw_dashboard_0123456789012345678901234567890123456789";

    @Test
    void asksForAKeyAndUsesItForEverything() throws Exception {
        browser.open("/");
        browser.find("input[name=key]");
        requireNoBarriers("key");
        assertThat(browser.complaints()).isNotEmpty().allMatch(complaint -> complaint.contains("401"));
        browser.fill("input[name=key]", KEY);
        browser.click("form button");
        browser.find("input[name=location]");
        browser.fill("input[name=name]", "clothes");
        browser.fill("input[name=location]", "samples/fashion-mnist");
        browser.click("form button");
        browser.find("[data-state=READY]");
        browser.waitFor("document.querySelector('.samples img')?.src.startsWith('blob:')"
                + " && document.querySelector('.samples img').naturalWidth > 0");

        call("/models", "{\"name\": \"small\", \"architecture\": \"mlp\"}");
        String job = call("/jobs", "{\"dataset\": \"clothes\", \"model\": \"small\", \"runs\": 1, \"epochs\": 2}");
        browser.open("/#/jobs/" + job);
        browser.find("[data-status=SUCCEEDED]");
        browser.find("[data-epochs='2']");
        browser.click("a[aria-label='Subsets by el2n']");
        browser.find("[data-size='3000']");
        browser.click(".controls button.main");
        byte[] saved = Files.readAllBytes(browser.download("subset.npy"));
        assertThat(saved).hasSize(128 + 8 * 3_000);
        runTheLines();
        browser.open("/#/key");
        assertThat(browser.text("main")).contains("Requests of this tab bear a key.");
    }

    /** They show no key, and work as they stand for who has it in the environment. */
    private void runTheLines() throws Exception {
        String curl = browser.copied("curl");
        String python = browser.copied("Python");
        assertThat(curl).contains("Authorization: Bearer $WINNOW_API_KEY").doesNotContain(KEY);
        assertThat(python).contains("os.environ[\"WINNOW_API_KEY\"]").doesNotContain(KEY);
        Process process = new ProcessBuilder("bash", "-c", curl + " -s")
                .redirectErrorStream(true)
                .start();
        assertThat(output(process)).contains("\"status\":401").doesNotContain("indices");
        ProcessBuilder withKey = new ProcessBuilder("bash", "-c", curl + " -s");
        withKey.environment().put("WINNOW_API_KEY", KEY);
        assertThat(output(withKey.start())).contains("\"size\":3000", "\"indices\":[");
    }

    private static String output(Process process) throws Exception {
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return output;
    }

    private String call(String path, String body) {
        var answer = service.post(path, body, "X-API-Key", KEY);
        assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 299);
        return WinnowClient.json(answer).path("id").asString("");
    }
}
