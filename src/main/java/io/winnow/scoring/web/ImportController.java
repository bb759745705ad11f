package io.winnow.scoring.web;

import io.winnow.dataset.Datasets;
import io.winnow.dataset.ReadyDataset;
import io.winnow.dataset.SourcePositions;
import io.winnow.dataset.Split;
import io.winnow.dataset.TensorStore;
import io.winnow.platform.InvalidRequestException;
import io.winnow.platform.tabular.NpyHeader;
import io.winnow.scoring.NewScoreSet;
import io.winnow.scoring.NewScoreSet.LabelSource;
import io.winnow.scoring.NewScoreSet.ScoreSource;
import io.winnow.scoring.ScoreSet;
import io.winnow.scoring.ScoreStore;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.Part;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** {@code POST /score-sets}: scores that were computed elsewhere. Files are read as streams, whatever their size. */
@RestController
class ImportController {

    private static final Set<String> PARTS = Set.of("metadata", "file", "labels");
    private static final int LONGEST_METADATA = 1 << 16;

    private final ScoreStore scores;
    private final Datasets datasets;
    private final JsonMapper json;

    ImportController(ScoreStore scores, Datasets datasets, JsonMapper json) {
        this.scores = scores;
        this.datasets = datasets;
        this.json = json;
    }

    /** Numbers and how many there are. */
    private record Sized<S>(long length, S source) {}

    @PostMapping(path = "/score-sets", consumes = MediaType.APPLICATION_JSON_VALUE)
    @ResponseStatus(HttpStatus.CREATED)
    ResponseEntity<ScoreSetResponse> importJson(HttpServletRequest request) throws IOException {
        ImportJson read = ImportJson.read(json, request.getInputStream());
        int[] labels = read.labels();
        return keep(
                read.metadata(),
                "scores",
                new Sized<>(read.scores().length, ScoreSource.of(read.scores())),
                labels == null ? null : new Sized<>(labels.length, LabelSource.of(labels)));
    }

    @PostMapping(path = "/score-sets", consumes = MediaType.MULTIPART_FORM_DATA_VALUE)
    @ResponseStatus(HttpStatus.CREATED)
    ResponseEntity<ScoreSetResponse> importFile(HttpServletRequest request) throws IOException, ServletException {
        for (Part part : request.getParts()) {
            if (!PARTS.contains(part.getName())) {
                throw new InvalidRequestException(part.getName(), "is not a part of this request");
            }
        }
        ImportMetadata metadata = metadata(required(request, "metadata"));
        Part file = required(request, "file");
        Part labels = request.getPart("labels");
        try (InputStream scoreStream = file.getInputStream();
                InputStream labelStream = labels == null ? InputStream.nullInputStream() : labels.getInputStream()) {
            return keep(
                    metadata, "file", scores(file, scoreStream), labels == null ? null : labels(labels, labelStream));
        }
    }

    private static Part required(HttpServletRequest request, String name) throws IOException, ServletException {
        Part part = request.getPart(name);
        if (part == null) {
            throw new InvalidRequestException(name, "is required as a part of the form");
        }
        return part;
    }

    private ImportMetadata metadata(Part part) throws IOException {
        try (InputStream in = part.getInputStream()) {
            byte[] bytes = in.readNBytes(LONGEST_METADATA);
            return json.readValue(bytes, ImportMetadata.class).checked();
        } catch (JacksonException e) {
            throw new InvalidRequestException(
                    "metadata", "must be a JSON object with name, method, keeps and, if wanted, dataset");
        }
    }

    private static Sized<ScoreSource> scores(Part part, InputStream in) throws IOException {
        if (isNpy(part)) {
            NpyColumn column = new NpyColumn(part.getName(), in, part.getSize()).requireFloats();
            return new Sized<>(column.length(), column::read);
        }
        float[] read = new CsvColumn(part.getName(), part::getInputStream).scores();
        return new Sized<>(read.length, ScoreSource.of(read));
    }

    private static Sized<LabelSource> labels(Part part, InputStream in) throws IOException {
        if (isNpy(part)) {
            NpyColumn column = new NpyColumn(part.getName(), in, part.getSize()).requireIntegers();
            return new Sized<>(column.length(), column::read);
        }
        int[] read = new CsvColumn(part.getName(), part::getInputStream).labels();
        return new Sized<>(read.length, LabelSource.of(read));
    }

    private static boolean isNpy(Part part) throws IOException {
        try (InputStream in = part.getInputStream()) {
            return NpyHeader.startsWithMagic(in.readNBytes(8));
        }
    }

    /** @param field that brought the scores */
    private ResponseEntity<ScoreSetResponse> keep(
            ImportMetadata metadata, String field, Sized<ScoreSource> numbers, @Nullable Sized<LabelSource> labels) {
        if (numbers.length() < 1 || numbers.length() > Integer.MAX_VALUE) {
            throw new InvalidRequestException(
                    field, "has %d scores; it must be 1 to %d".formatted(numbers.length(), Integer.MAX_VALUE));
        }
        if (labels != null && labels.length() != numbers.length()) {
            throw new InvalidRequestException(
                    "labels", "there are %d labels for %d scores".formatted(labels.length(), numbers.length()));
        }
        if (metadata.dataset() == null) {
            return added(metadata, null, numbers.source(), labels == null ? null : labels.source());
        }
        ReadyDataset dataset = datasets.requireReady(metadata.dataset());
        SourcePositions positions = dataset.train().positions();
        if (dataset.train().sourceSize() != numbers.length()) {
            throw new InvalidRequestException(
                    field,
                    "has %d scores, but dataset %s has %d training samples"
                            .formatted(
                                    numbers.length(),
                                    dataset.name(),
                                    dataset.train().sourceSize()));
        }
        if (labels != null) {
            return added(
                    metadata,
                    dataset,
                    KeptNumbers.scores(numbers.source(), positions),
                    KeptNumbers.labels(labels.source(), positions));
        }
        try (TensorStore store = datasets.open(dataset, Split.TRAIN)) {
            return added(
                    metadata, dataset, KeptNumbers.scores(numbers.source(), positions), LabelSource.of(store.labels()));
        }
    }

    private ResponseEntity<ScoreSetResponse> added(
            ImportMetadata metadata,
            @Nullable ReadyDataset dataset,
            ScoreSource numbers,
            @Nullable LabelSource labels) {
        ScoreSet set = scores.add(new NewScoreSet(
                Objects.requireNonNull(metadata.name()),
                dataset == null ? null : dataset.id(),
                dataset == null ? null : dataset.name(),
                Objects.requireNonNull(metadata.method()),
                Objects.requireNonNull(metadata.keeps()),
                dataset == null ? 0 : dataset.classes().size(),
                numbers,
                labels,
                dataset == null ? SourcePositions.ALL : dataset.train().positions()));
        return ResponseEntity.created(URI.create("/score-sets/" + set.id())).body(ScoreSetResponse.of(set));
    }
}
