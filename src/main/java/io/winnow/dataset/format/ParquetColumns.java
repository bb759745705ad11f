package io.winnow.dataset.format;

import io.winnow.dataset.BadDataException;
import io.winnow.dataset.DatasetRegistration;
import io.winnow.platform.InvalidRequestException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Where the picture and the label stand in a table. A picture is binary, or a group of {@code bytes} and {@code path} as the
 * Hugging Face hub has it; a label is an integer.
 */
record ParquetColumns(String image, boolean nested, String label, MessageType projection) {

    private static final List<String> IMAGES = List.of("image", "img");
    private static final List<String> LABELS = List.of("label", "labels", "fine_label");
    private static final String BYTES = "bytes";
    private static final String PATH = "path";

    static ParquetColumns find(ParquetShard shard, DatasetRegistration registration) throws BadDataException {
        MessageType schema = shard.schema();
        DatasetRegistration.Columns given = registration.columns();
        String image = choose(schema, given == null ? null : given.image(), IMAGES, "columns.image", shard.name());
        String label = choose(schema, given == null ? null : given.label(), LABELS, "columns.label", shard.name());
        Type type = schema.getType(image);
        boolean nested = !type.isPrimitive();
        if (nested ? !holdsBytes(type.asGroupType()) : !isBinary(type)) {
            throw new BadDataException("%s: column '%s' is not binary, nor a group with binary '%s'"
                    .formatted(shard.name(), image, BYTES));
        }
        Type labelType = schema.getType(label);
        if (!labelType.isPrimitive() || labelType.isRepetition(Type.Repetition.REPEATED) || !isInteger(labelType)) {
            throw new BadDataException("%s: column '%s' is not of integers but %s; labels must be 0, 1, …"
                    .formatted(shard.name(), label, labelType));
        }
        return new ParquetColumns(image, nested, label, new MessageType("samples", narrow(type), labelType));
    }

    private static String choose(
            MessageType schema, @Nullable String given, List<String> usual, String field, String file) {
        Stream<String> names = given == null ? usual.stream() : Stream.of(given);
        return names.filter(schema::containsField)
                .findFirst()
                .orElseThrow(() -> new InvalidRequestException(
                        field,
                        "%s has no column %s; its columns are: %s"
                                .formatted(
                                        file,
                                        given == null ? String.join(" or ", usual) : "'" + given + "'",
                                        String.join(
                                                ", ",
                                                schema.getFields().stream()
                                                        .map(Type::getName)
                                                        .toList()))));
    }

    /** Of a group only the bytes and the path, whatever else there is. */
    private static Type narrow(Type image) {
        if (image.isPrimitive()) {
            return image;
        }
        GroupType group = image.asGroupType();
        return group.withNewFields(group.getFields().stream()
                .filter(field -> field.getName().equals(BYTES)
                        || holdsPath(group) && field.getName().equals(PATH))
                .toList());
    }

    private static boolean holdsBytes(GroupType group) {
        return !group.isRepetition(Type.Repetition.REPEATED)
                && group.containsField(BYTES)
                && isBinary(group.getType(BYTES));
    }

    private static boolean holdsPath(GroupType group) {
        return group.containsField(PATH) && isBinary(group.getType(PATH));
    }

    private static boolean isBinary(Type type) {
        return type.isPrimitive()
                && !type.isRepetition(Type.Repetition.REPEATED)
                && type.asPrimitiveType().getPrimitiveTypeName() == PrimitiveTypeName.BINARY;
    }

    private static boolean isInteger(Type type) {
        PrimitiveTypeName name = type.asPrimitiveType().getPrimitiveTypeName();
        return name == PrimitiveTypeName.INT64 || name == PrimitiveTypeName.INT32;
    }

    /** The columns without the picture, to look at the labels alone. */
    MessageType labelOnly() {
        return new MessageType("samples", projection.getType(label));
    }

    /** @throws BadDataException when the row has none, or one that no class can have */
    int label(Group row) throws BadDataException {
        if (row.getFieldRepetitionCount(label) == 0) {
            throw new BadDataException("has no label (null in column '%s')".formatted(label));
        }
        boolean wide = row.getType().getType(label).asPrimitiveType().getPrimitiveTypeName() == PrimitiveTypeName.INT64;
        long value = wide ? row.getLong(label, 0) : row.getInteger(label, 0);
        if (value < 0 || value >= Classes.MOST) {
            throw new BadDataException("has label %d; labels must be 0, 1, …, below %d".formatted(value, Classes.MOST));
        }
        return (int) value;
    }

    byte[] image(Group row) throws BadDataException {
        if (row.getFieldRepetitionCount(image) > 0) {
            Group holder = nested ? row.getGroup(image, 0) : row;
            String field = nested ? BYTES : image;
            if (holder.getFieldRepetitionCount(field) > 0) {
                return holder.getBinary(field, 0).getBytes();
            }
        }
        throw new BadDataException("has no picture (null in column '%s')".formatted(image));
    }

    /** The path that the row gives for its picture, if any; an empty one is none. */
    @Nullable
    String path(Group row) {
        if (!nested || row.getFieldRepetitionCount(image) == 0) {
            return null;
        }
        Group holder = row.getGroup(image, 0);
        if (!holder.getType().containsField(PATH) || holder.getFieldRepetitionCount(PATH) == 0) {
            return null;
        }
        String path = holder.getString(PATH, 0);
        return path.isEmpty() ? null : path;
    }

    /** The class names that the Hugging Face hub keeps in a file's metadata, or none. */
    List<String> classNames(Map<String, String> metadata) {
        String json = metadata.get("huggingface");
        if (json == null) {
            return List.of();
        }
        try {
            JsonNode names = JsonMapper.shared()
                    .readTree(json)
                    .at("/info/features")
                    .path(label)
                    .path("names");
            return StreamSupport.stream(names.spliterator(), false)
                    .map(JsonNode::asString)
                    .toList();
        } catch (JacksonException e) {
            return List.of();
        }
    }
}
