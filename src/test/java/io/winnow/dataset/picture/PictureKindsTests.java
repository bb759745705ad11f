package io.winnow.dataset.picture;

import static org.assertj.core.api.Assertions.assertThat;

import io.winnow.dataset.Pixels;
import io.winnow.surrogate.SampleShape;
import io.winnow.testing.Registrations;
import java.io.IOException;
import java.io.InputStream;
import java.util.Base64;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Pictures of kinds that few writers write, against what Pillow makes of them; see tools/make-pictures.py. */
class PictureKindsTests {

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = PictureKindsTests.class.getResourceAsStream("/pictures/" + name)) {
            return Objects.requireNonNull(in, name).readAllBytes();
        }
    }

    private static JsonNode expected() throws IOException {
        return JsonMapper.shared().readTree(resource("expected.json"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "cmyk.jpg",
                "colour.jpg",
                "grey.jpg",
                "progressive.jpg",
                "lossless.webp",
                "lossy.webp",
                "alpha.png",
                "frames.gif",
                "colour16.png",
                "grey16.png",
                "turned.jpg"
            })
    void decodesToWhatPillowSees(String name) throws IOException {
        byte[] encoded = resource(name);
        JsonNode wanted = expected().get(name);
        Pixels pixels = PictureDecoder.startingWith(encoded, Registrations.of("data", "parquet", "here"))
                .decode(encoded);
        int[] shape = JsonMapper.shared().convertValue(wanted.get("shape"), int[].class);
        assertThat(pixels.shape()).isEqualTo(new SampleShape(shape[0], shape[1], shape[2]));
        byte[] values = Base64.getDecoder().decode(wanted.get("values").asString());
        int largest = 0;
        for (int i = 0; i < values.length; i++) {
            largest = Math.max(largest, Math.abs((values[i] & 0xFF) - (pixels.values()[i] & 0xFF)));
        }
        assertThat(largest).isLessThanOrEqualTo(wanted.get("tolerance").asInt());
    }

    @Test
    void coversEveryPicture() throws IOException {
        assertThat(expected()).hasSize(11);
    }
}
