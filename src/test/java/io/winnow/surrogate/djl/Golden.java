package io.winnow.surrogate.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.winnow.surrogate.Normalisation;
import io.winnow.surrogate.SampleShape;
import io.winnow.surrogate.Samples;
import io.winnow.surrogate.SurrogateSpec;
import io.winnow.surrogate.djl.ParameterLayout.Slot;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The numbers of tools/golden/networks.py, and the networks, weights and inputs that they belong to. */
final class Golden {

    static final int SIDE = 16;
    static final int[] LABELS = {3, 1, 4, 1};

    private static final Map<String, String> VALUES = load();

    private Golden() {}

    /** The networks that there are numbers of: an architecture, with a suffix for another option than the default. */
    static Stream<String> names() {
        return VALUES.keySet().stream()
                .filter(key -> key.endsWith(".count"))
                .map(key -> key.substring(0, key.length() - ".count".length()))
                .sorted();
    }

    static String text(String key) {
        return VALUES.get(key);
    }

    static float[] numbers(String key) {
        String[] words = VALUES.get(key).split(" ");
        float[] numbers = new float[words.length];
        for (int i = 0; i < words.length; i++) {
            numbers[i] = Float.parseFloat(words[i]);
        }
        return numbers;
    }

    private static Map<String, String> load() {
        try (InputStream in = Golden.class.getResourceAsStream("/golden/networks.txt")) {
            Map<String, String> values = new HashMap<>();
            new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .forEach(line -> {
                        int space = line.indexOf(' ');
                        values.put(line.substring(0, space), line.substring(space + 1));
                    });
            return values;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** The full-size network whose parameters are counted. */
    static SurrogateSpec fullSpec(String name) {
        return spec(name, suffixed(name, Map.of()), 32);
    }

    /** The small network whose logits and training are known. */
    static SurrogateSpec smallSpec(String name) {
        Map<String, Object> options = switch (name) {
            case "mlp" -> Map.of("hidden", List.of(32, 16));
            case "plain-cnn" -> Map.of("channels", List.of(8, 16));
            case "resnet18", "resnet9" -> Map.of("width", 8);
            case "wide-resnet-28-10" -> Map.of("depth", 16, "width", 1);
            case "mobilenet-v2", "mobilenet-v2-imagenet" -> Map.of("width", 0.25);
            case "vit-tiny", "vit-tiny-mean" -> Map.of("dim", 24, "depth", 3, "heads", 2);
            case "resnet50", "resnet50-imagenet", "vgg16-bn" -> Map.of("width", 4);
            default -> Map.of();
        };
        return spec(name, suffixed(name, options), SIDE);
    }

    private static Map<String, Object> suffixed(String name, Map<String, Object> options) {
        Map<String, Object> all = new HashMap<>(options);
        all.put("stem", name.endsWith("-imagenet") ? "imagenet" : "cifar");
        all.put("pooling", name.endsWith("-mean") ? "mean" : "token");
        return all;
    }

    private static SurrogateSpec spec(String name, Map<String, Object> options, int side) {
        return new SurrogateSpec(
                name.replaceFirst("-(imagenet|mean)$", ""), options, new SampleShape(3, side, side), 10);
    }

    /** shift + scale · sin(0.1 · i + salt). */
    private static void fill(float[] values, Slot slot, int salt, double scale, double shift) {
        for (int i = 0; i < slot.size(); i++) {
            values[slot.offset() + i] = (float) (shift + scale * Math.sin(0.1 * i + salt));
        }
    }

    static float[] weights(ParameterLayout layout) {
        float[] values = new float[layout.parameterCount()];
        for (int p = 0; p < layout.parameters().size(); p++) {
            Slot slot = layout.parameters().get(p);
            List<Long> shape = slot.info().shape();
            if (shape.size() == 1) {
                fill(values, slot, p, 0.1, slot.info().name().endsWith("weight") ? 1 : 0);
            } else {
                fill(values, slot, p, Math.sqrt(2.0 * shape.get(0) / slot.size()), 0);
            }
        }
        return values;
    }

    static float[] buffers(ParameterLayout layout) {
        float[] values = new float[layout.bufferCount()];
        for (int b = 0; b < layout.buffers().size(); b++) {
            fill(values, layout.buffers().get(b), b, 0.1, b % 2);
        }
        return values;
    }

    /** A batch on the device, normalised as any other, [4, 3, 16, 16]. */
    static NDArray input(NDManager manager) {
        Samples samples = samples();
        try (InputNormalisation normalisation = new InputNormalisation(manager, samples);
                BatchStream batches = BatchStream.of(samples, 0, samples.size(), samples.size())) {
            return normalisation.input(manager, batches.next());
        }
    }

    static Samples samples() {
        SampleShape shape = new SampleShape(3, SIDE, SIDE);
        byte[] all = new byte[LABELS.length * shape.size()];
        for (int i = 0; i < all.length; i++) {
            all[i] = (byte) ((i * 37 + i / 7) % 256);
        }
        float[] half = {0.5f, 0.5f, 0.5f};
        float[] quarter = {0.25f, 0.25f, 0.25f};
        return new Samples() {
            @Override
            public int size() {
                return LABELS.length;
            }

            @Override
            public SampleShape shape() {
                return shape;
            }

            @Override
            public int classes() {
                return 10;
            }

            @Override
            public int label(int position) {
                return LABELS[position];
            }

            @Override
            public void copyTo(int position, ByteBuffer target) {
                target.put(all, position * shape.size(), shape.size());
            }

            @Override
            public Normalisation normalisation() {
                return new Normalisation(half, quarter);
            }
        };
    }

    /** Every n-th value. */
    static float[] every(int n, float[] values) {
        float[] picked = new float[(values.length + n - 1) / n];
        for (int i = 0; i < picked.length; i++) {
            picked[i] = values[i * n];
        }
        return picked;
    }
}
