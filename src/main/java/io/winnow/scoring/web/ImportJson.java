package io.winnow.scoring.web;

import io.winnow.platform.Fraction;
import io.winnow.platform.InvalidRequestException;
import io.winnow.scoring.Keeps;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.json.JsonMapper;

/**
 * An import as JSON, read without making an object a number.
 *
 * @param scores finite
 */
record ImportJson(ImportMetadata metadata, float[] scores, int @Nullable [] labels) {

    /** More belong in a file. */
    private static final int MOST = 10_000_000;

    /** @throws InvalidRequestException naming the field and the first element that is wrong */
    static ImportJson read(JsonMapper json, InputStream in) {
        try (JsonParser parser = json.createParser(in)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new InvalidRequestException("body", "must be a JSON object");
            }
            Reading reading = new Reading(parser);
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                reading.field(parser.currentName());
            }
            if (parser.nextToken() != null) {
                throw new InvalidRequestException("body", "has something after its JSON object");
            }
            return reading.done();
        } catch (JacksonException e) {
            throw new InvalidRequestException("body", "is not well-formed JSON");
        }
    }

    private static final class Reading {

        private final JsonParser parser;
        private @Nullable String name;
        private @Nullable String dataset;
        private @Nullable String method;
        private @Nullable Keeps keeps;
        private float @Nullable [] scores;
        private int @Nullable [] labels;

        Reading(JsonParser parser) {
            this.parser = parser;
        }

        void field(String field) {
            parser.nextToken();
            switch (field) {
                case "name" -> name = text(field);
                case "dataset" -> dataset = text(field);
                case "method" -> method = text(field);
                case "keeps" -> keeps = keeps(text(field));
                case "scores" -> scores = scores();
                case "labels" -> labels = parser.currentToken() == JsonToken.VALUE_NULL ? null : labels();
                default -> throw new InvalidRequestException(Fraction.quoted(field), "is not a field of this request");
            }
        }

        ImportJson done() {
            if (scores == null) {
                throw new InvalidRequestException("scores", "is required");
            }
            return new ImportJson(new ImportMetadata(name, dataset, method, keeps).checked(), scores, labels);
        }

        private @Nullable String text(String field) {
            if (parser.currentToken() == JsonToken.VALUE_NULL) {
                return null;
            }
            if (parser.currentToken() != JsonToken.VALUE_STRING) {
                throw new InvalidRequestException(field, "must be a string");
            }
            return parser.getString();
        }

        private static @Nullable Keeps keeps(@Nullable String text) {
            for (Keeps keeps : Keeps.values()) {
                if (keeps.name().equals(text)) {
                    return keeps;
                }
            }
            if (text != null) {
                throw new InvalidRequestException("keeps", "must be HIGHEST or LOWEST");
            }
            return null;
        }

        private float[] scores() {
            requireArray("scores");
            float[] values = new float[1024];
            int count = 0;
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                if (count == values.length) {
                    values = Arrays.copyOf(values, grown("scores", count));
                }
                boolean number = parser.currentToken().isNumeric();
                float value = number ? (float) parser.getDoubleValue() : Float.NaN;
                if (!Float.isFinite(value)) {
                    throw new InvalidRequestException("scores[" + count + "]", "must be a finite float32 number");
                }
                values[count++] = value;
            }
            return Arrays.copyOf(values, count);
        }

        private int[] labels() {
            requireArray("labels");
            int[] values = new int[1024];
            int count = 0;
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                if (count == values.length) {
                    values = Arrays.copyOf(values, grown("labels", count));
                }
                boolean whole = parser.currentToken() == JsonToken.VALUE_NUMBER_INT
                        && parser.getNumberType() == JsonParser.NumberType.INT;
                int value = whole ? parser.getIntValue() : -1;
                if (value < 0 || value > Labels.LARGEST) {
                    throw new InvalidRequestException("labels[" + count + "]", Labels.RULE);
                }
                values[count++] = value;
            }
            return Arrays.copyOf(values, count);
        }

        private void requireArray(String field) {
            if (parser.currentToken() != JsonToken.START_ARRAY) {
                throw new InvalidRequestException(field, "must be an array of numbers");
            }
        }

        private static int grown(String field, int count) {
            if (count >= MOST) {
                throw new InvalidRequestException(
                        field, "has more than %d elements; send them as an NPY file".formatted(MOST));
            }
            return Math.min(MOST, 2 * count);
        }
    }
}
