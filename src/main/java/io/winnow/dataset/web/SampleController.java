package io.winnow.dataset.web;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.winnow.dataset.Datasets;
import io.winnow.dataset.ReadyDataset;
import io.winnow.dataset.SampleLookup;
import io.winnow.dataset.Split;
import io.winnow.platform.InvalidRequestException;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/datasets/{name}/samples/{index}")
class SampleController {

    private static final Duration FRESH = Duration.ofMinutes(5);

    private final Datasets datasets;
    private final SampleLookup samples;

    SampleController(Datasets datasets, SampleLookup samples) {
        this.datasets = datasets;
        this.samples = samples;
    }

    @GetMapping
    SampleResponse sample(
            @PathVariable String name, @PathVariable int index, @RequestParam(defaultValue = "train") String split) {
        ReadyDataset dataset = datasets.requireReady(name);
        SampleLookup.Sample sample = samples.sample(dataset, split(split), index);
        return new SampleResponse(
                index, sample.key(), split, sample.label(), dataset.classes().get(sample.label()), sample.scores());
    }

    /** The picture as PNG. It never changes under the same checksum, so a browser asks again only whether it did. */
    @GetMapping(path = "/image", produces = MediaType.IMAGE_PNG_VALUE)
    ResponseEntity<byte[]> image(
            @PathVariable String name, @PathVariable int index, @RequestParam(defaultValue = "train") String split)
            throws IOException {
        ReadyDataset dataset = datasets.requireReady(name);
        SampleLookup.Sample sample = samples.sample(dataset, split(split), index);
        return ResponseEntity.ok()
                .cacheControl(CacheControl.maxAge(FRESH).cachePrivate())
                .eTag(split + "-" + index + "-" + sample.splitChecksum())
                .body(Png.of(sample.pixels()));
    }

    private static Split split(String name) {
        return switch (name) {
            case "train" -> Split.TRAIN;
            case "test" -> Split.TEST;
            default -> throw new InvalidRequestException("split", "must be train or test");
        };
    }

    /**
     * @param key its name in the user's data, if samples have any there
     * @param label 0-based class
     * @param className its name
     * @param scores the newest score by method
     */
    record SampleResponse(
            int index,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            String key,

            String split,
            int label,

            @JsonProperty("class") String className,

            Map<String, Double> scores) {}
}
