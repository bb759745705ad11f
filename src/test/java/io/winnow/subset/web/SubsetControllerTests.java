package io.winnow.subset.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoInteractions;
import static org.mockito.Mockito.when;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.winnow.dataset.Datasets;
import io.winnow.dataset.SampleKeys;
import io.winnow.platform.tabular.ByteSink;
import io.winnow.scoring.Keeps;
import io.winnow.scoring.ScoreSet;
import io.winnow.subset.StoredSubsets;
import io.winnow.subset.SubsetSelector;
import io.winnow.testing.MemoryScores;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.webmvc.test.autoconfigure.WebMvcTest;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.bean.override.mockito.MockitoBean;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MvcTestResult;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@WebMvcTest(SubsetController.class)
@Import({
    SubsetRequests.class,
    SubsetWriter.class,
    SubsetMetrics.class,
    SimpleMeterRegistry.class,
    SubsetSelector.class,
    MemoryScores.class
})
class SubsetControllerTests {

    private static final float[] SCORES = {0.9f, 0.1f, 0.5f, 0.3f, 0.8f, 0.5f, 0.2f, 0.7f, 0.4f, 0.6f};
    private static final int[] LABELS = {0, 0, 0, 0, 0, 0, 1, 1, 1, 2};

    @Autowired
    MockMvcTester mvc;

    @MockitoBean
    StoredSubsets stored;

    @MockitoBean
    Datasets datasets;

    @Autowired
    MemoryScores scores;

    @Autowired
    JsonMapper json;

    ScoreSet ten;

    @BeforeEach
    void keepTenScores() {
        scores.clear();
        scores.keep("older", "grand", 3, Keeps.HIGHEST, new float[] {1, 2, 3, 4}, null);
        ten = scores.keep("ten", "el2n", 10, Keeps.HIGHEST, SCORES, LABELS);
    }

    @Test
    void answersTheContractsExampleWithEveryFieldInItsOrder() {
        MvcTestResult answer = get("ratio=0.3");
        assertThat(answer).hasStatus(200).hasContentType("application/json");
        JsonNode body = json(answer);
        assertThat(body.propertyNames())
                .containsExactly(
                        "dataset",
                        "scoreSet",
                        "method",
                        "epoch",
                        "policy",
                        "ratio",
                        "seed",
                        "size",
                        "total",
                        "classCounts",
                        "checksum",
                        "warnings",
                        "job",
                        "keeps",
                        "parameters",
                        "order",
                        "classTotals",
                        "rounding",
                        "chosenBecause",
                        "indicesAre",
                        "indices",
                        "weights");
        assertThat(body.get("dataset").asString()).isEqualTo("ten");
        assertThat(body.get("scoreSet").asString()).isEqualTo(ten.id().toString());
        assertThat(body.get("policy").asString()).isEqualTo("top");
        assertThat(body.get("ratio").toString()).isEqualTo("0.3");
        assertThat(body.get("size").asInt()).isEqualTo(3);
        assertThat(body.get("total").asInt()).isEqualTo(10);
        assertThat(body.get("keeps").asString()).isEqualTo("HIGHEST");
        assertThat(body.get("classCounts").toString()).isEqualTo("[2,1,0]");
        assertThat(body.get("classTotals").toString()).isEqualTo("[6,3,1]");
        assertThat(body.get("chosenBecause").asString()).startsWith("the newest score set of all");
        assertThat(body.get("indicesAre").asString()).isEqualTo("KEPT");
        assertThat(body.get("indices").toString()).isEqualTo("[0,4,7]");
        assertThat(body.get("weights").isNull()).isTrue();
    }

    @Test
    void sumsTheIndicesAsLittleEndian64BitIntegersInIndexOrder() throws Exception {
        ByteBuffer bytes = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(0).putLong(4).putLong(7);
        String expected = "sha256:"
                + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes.array()));
        assertThat(json(get("ratio=0.3")).get("checksum").asString()).isEqualTo(expected);
        assertThat(json(get("ratio=0.3&order=importance")).get("checksum").asString())
                .isEqualTo(expected);
    }

    @Test
    void warnsOfScoreOnlyPruningFewRunsAndVanishedClasses() {
        assertThat(json(get("ratio=0.3")).get("warnings").toString())
                .contains("calibrated", "stratified", "1 of 3 classes have no sample left: 2");
        assertThat(json(get("ratio=0.9")).get("warnings").toString()).isEqualTo("[]");
        scores.keep("few", "el2n", 2, Keeps.HIGHEST, SCORES, LABELS);
        assertThat(json(get("ratio=0.9&dataset=few")).get("warnings").toString())
                .contains("2 runs");
        assertThat(json(get("ratio=0.9&dataset=ten&policy=window&skip=0.5"))
                        .get("warnings")
                        .toString())
                .contains("Only 1 samples are skipped");
    }

    @Test
    void warnsOfScoresWhoseRunsDoNotAgree() {
        assertThat(warningsWithHalvesAt(0.3, 0.46)).contains("unreliable", "5 runs", "0.30");
        assertThat(warningsWithHalvesAt(-0.1, null)).contains("unreliable");
        assertThat(warningsWithHalvesAt(0.8, 0.89)).isEqualTo("[]");
        assertThat(warningsWithHalvesAt(null, null)).isEqualTo("[]");
    }

    private String warningsWithHalvesAt(@Nullable Double splitHalf, @Nullable Double all) {
        ScoreSet set = scores.keep(
                "halves",
                "el2n",
                5,
                Keeps.HIGHEST,
                SCORES,
                LABELS,
                new ScoreSet.Reliability(splitHalf, all, List.of()));
        return json(get("ratio=0.9&scoreSet=" + set.id())).get("warnings").toString();
    }

    @Test
    void ordersByImportanceWithTheWeightsInStep() {
        JsonNode body = json(get("ratio=0.5&order=importance"));
        assertThat(body.get("indices").toString()).isEqualTo("[0,4,7,9,2]");
        JsonNode calibrated = json(get("ratio=0.4&policy=calibrated&order=importance"));
        assertThat(calibrated.get("indices").get(0).asInt()).isZero();
        assertThat(calibrated.get("weights").toString()).isEqualTo("[1,1,4,4]");
        assertThat(calibrated.get("parameters").toString()).isEqualTo("{\"alpha\":0.5,\"calibration\":\"exact\"}");
    }

    @Test
    void choosesByScoreSetJobDatasetOrMethod() {
        ScoreSet other = scores.keep("ten", "aum", 10, Keeps.LOWEST, SCORES, LABELS);
        assertThat(json(get("ratio=0.3")).get("method").asString()).isEqualTo("aum");
        assertThat(json(get("ratio=0.3")).get("indices").toString()).isEqualTo("[1,3,6]");
        assertThat(json(get("ratio=0.3&dataset=ten&method=el2n"))
                        .get("scoreSet")
                        .asString())
                .isEqualTo(ten.id().toString());
        assertThat(json(get("ratio=0.3&job=" + ten.job())).get("scoreSet").asString())
                .isEqualTo(ten.id().toString());
        JsonNode named = json(get("ratio=0.3&scoreSet=" + other.id()));
        assertThat(named.get("scoreSet").asString()).isEqualTo(other.id().toString());
        assertThat(named.get("chosenBecause").asString()).isEqualTo("the request named the score set");
    }

    @ParameterizedTest
    @ValueSource(strings = {"json", "ndjson", "csv", "npy", "txt", "parquet"})
    void readsBackTheSameListInEveryFormat(String format) throws Exception {
        for (String policy : List.of("top", "calibrated")) {
            String query = "ratio=0.4&seed=3&policy=" + policy;
            JsonNode reference = json(get(query));
            int[] indices = IntStream.range(0, 4)
                    .map(i -> reference.get("indices").get(i).asInt())
                    .toArray();
            MvcTestResult answer = get(query + "&format=" + format);
            assertThat(answer).hasStatus(200);
            byte[] body = answer.getResponse().getContentAsByteArray();
            SubsetFormats.Read read = SubsetFormats.read(format, body);
            assertThat(read.indices()).isEqualTo(indices);
            for (int row = 0; row < 4 && read.scores() != null; row++) {
                assertThat(read.scores()[row]).isEqualTo(SCORES[indices[row]]);
                assertThat(read.labels()[row]).isEqualTo(LABELS[indices[row]]);
                JsonNode weights = reference.get("weights");
                assertThat(read.weights()[row])
                        .isEqualTo(weights.isNull() ? 1 : weights.get(row).asDouble());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ndjson", "csv", "parquet"})
    void namesEachSampleOfAListByItsKeyUnderATagOfItsOwn(String format) throws Exception {
        String query = "ratio=0.3&order=importance&format=" + format;
        MvcTestResult nameless = get(query);
        assertThat(SubsetFormats.read(format, nameless.getResponse().getContentAsByteArray())
                        .keys())
                .containsOnlyNulls();
        SampleKeys keys = mock(SampleKeys.class);
        when(keys.key(anyInt())).thenAnswer(call -> "train/" + call.getArgument(0) + " é.png");
        when(datasets.trainingKeys(ten.datasetId())).thenReturn(Optional.of(keys));
        MvcTestResult named = get(query);
        assertThat(SubsetFormats.read(format, named.getResponse().getContentAsByteArray())
                        .keys())
                .containsExactly("train/0 é.png", "train/4 é.png", "train/7 é.png");
        assertThat(named.getResponse().getHeader("ETag"))
                .isNotEqualTo(nameless.getResponse().getHeader("ETag"));
        verify(keys).close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"json", "npy", "txt"})
    void asksForNoKeysWhereTheFormatHasOnlyIndices(String format) {
        assertThat(get("ratio=0.3&format=" + format)).hasStatusOk();
        verifyNoInteractions(datasets);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            application/x-npy                                         | application/x-npy
            text/csv;q=0.5, application/x-ndjson                      | application/x-ndjson
            text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8 | application/json
            text/plain                                                | text/plain;charset=UTF-8
            application/*                                             | application/json
            application/vnd.apache.parquet                            | application/vnd.apache.parquet
            """)
    void negotiatesTheFormatByAccept(String accept, String type) {
        MvcTestResult answer =
                mvc.get().uri("/subsets?ratio=0.3").header("Accept", accept).exchange();
        assertThat(answer).hasStatus(200);
        assertThat(answer.getResponse().getContentType()).isEqualTo(type);
    }

    @Test
    void refusesWhatItCannotMake() {
        assertThat(mvc.get().uri("/subsets?ratio=0.3").header("Accept", "image/png"))
                .hasStatus(406)
                .hasContentType("application/problem+json");
        assertThat(get("ratio=0.3&format=xml")).hasStatus(400);
    }

    @Test
    void answersNotModifiedWithoutReadingAScore() {
        String query = "ratio=0.7&scoreSet=" + ten.id();
        String tag = get(query).getResponse().getHeader("ETag");
        assertThat(tag).matches("\"[0-9a-f]{32}\"");
        int reads = scores.reads();
        MvcTestResult again =
                mvc.get().uri("/subsets?" + query).header("If-None-Match", tag).exchange();
        assertThat(again).hasStatus(304);
        assertThat(again.getResponse().getHeader("ETag")).isEqualTo(tag);
        assertThat(again.getResponse().getHeader("Vary")).isEqualTo("Accept, Accept-Encoding");
        assertThat(again.getResponse().getContentAsByteArray()).isEmpty();
        assertThat(scores.reads()).isEqualTo(reads);
        assertThat(mvc.get().uri("/subsets?ratio=0.70&scoreSet=" + ten.id()).header("If-None-Match", "\"x\", " + tag))
                .hasStatus(304);
    }

    @Test
    void tagsEveryDifferenceOfTheAnswer() {
        List<String> queries = List.of(
                "ratio=0.7",
                "ratio=0.6",
                "ratio=0.7&order=importance",
                "ratio=0.7&format=npy",
                "ratio=0.7&policy=random",
                "ratio=0.7&policy=random&seed=1",
                "ratio=0.7&policy=window",
                "ratio=0.7&policy=window&skip=0.2",
                "ratio=0.7&dataset=older",
                "ratio=0.7&scoreSet=" + ten.id());
        assertThat(queries.stream().map(query -> get(query).getResponse().getHeader("ETag")))
                .doesNotHaveDuplicates();
    }

    @Test
    void compressesWhenAskedUnderATagOfItsOwn() throws IOException {
        MvcTestResult plain = get("ratio=0.3");
        MvcTestResult zipped = mvc.get()
                .uri("/subsets?ratio=0.3")
                .header("Accept-Encoding", "gzip, deflate")
                .exchange();
        assertThat(zipped.getResponse().getHeader("Content-Encoding")).isEqualTo("gzip");
        assertThat(zipped.getResponse().getHeader("ETag"))
                .isEqualTo(plain.getResponse().getHeader("ETag").replaceFirst("\"$", "-gzip\""));
        byte[] body = new GZIPInputStream(
                        new ByteArrayInputStream(zipped.getResponse().getContentAsByteArray()))
                .readAllBytes();
        assertThat(body).isEqualTo(plain.getResponse().getContentAsByteArray());
        for (String refused : List.of("identity", "gzip;q=0", "*;q=0", "deflate", "br")) {
            assertThat(mvc.get()
                            .uri("/subsets?ratio=0.3")
                            .header("Accept-Encoding", refused)
                            .exchange()
                            .getResponse()
                            .getHeader("Content-Encoding"))
                    .isNull();
        }
    }

    @Test
    void tellsTheLengthOfAnNpyFileBeforeItsBody() {
        MvcTestResult answer = get("ratio=0.3&format=npy");
        assertThat(answer.getResponse().getContentLength()).isEqualTo(128 + 3 * 8);
        assertThat(answer.getResponse().getHeader("Content-Disposition")).contains("filename=\"subset.npy\"");
        assertThat(answer.getResponse().getHeader("Winnow-Kept")).isEqualTo("3/10");
    }

    @ParameterizedTest
    @CsvSource({
        "ratio=0, ratio",
        "ratio=1.01, ratio",
        "ratio=abc, ratio",
        "ratio=NaN, ratio",
        "ratio=, ratio",
        "policy=top, ratio",
        "ratio=0.3&ratio=0.5, ratio",
        "ratio=0.3&ratoi=1, ratoi",
        "ratio=0.3&policy=best, policy",
        "ratio=0.3&policy=, policy",
        "ratio=0.3&skip=0.1, skip",
        "ratio=0.3&policy=window&skip=NaN, skip",
        "ratio=0.3&policy=window&alpha=0.1, alpha",
        "ratio=0.3&policy=calibrated&calibration=harsh, calibration",
        "ratio=0.3&policy=class-balanced&quota=many, quota",
        "ratio=0.3&seed=1.5, seed",
        "ratio=0.3&seed=9223372036854775808, seed",
        "ratio=0.3&seed=0x10, seed",
        "ratio=0.3&epoch=-1, epoch",
        "ratio=0.3&order=up, order",
        "ratio=0.3&scoreSet=1-1-1-1-1, scoreSet",
        "ratio=0.3&job=x, job",
        "ratio=0.3&dataset=older&policy=class-balanced, policy"
    })
    void refusesABadParameterNamingIt(String query, String field) {
        assertThat(get(query))
                .hasStatus(400)
                .hasContentType("application/problem+json")
                .bodyJson()
                .extractingPath("$.errors[0].field")
                .isEqualTo(field);
    }

    @Test
    void refusesAScoreSetTogetherWithAnotherChoice() {
        assertThat(get("ratio=0.3&method=el2n&scoreSet=" + ten.id()))
                .hasStatus(400)
                .bodyJson()
                .extractingPath("$.errors[0].field")
                .isEqualTo("method");
    }

    @Test
    void tellsHowToStartAJobWhenNothingIsScored() {
        scores.clear();
        assertThat(get("ratio=0.3")).hasStatus(404).bodyText().contains("POST /jobs");
        assertThat(get("ratio=0.3&dataset=mnist")).hasStatus(404).bodyText().contains("mnist", "POST /jobs");
        assertThat(get("ratio=0.3&scoreSet=" + ten.id())).hasStatus(404);
    }

    @Test
    void writesIntegersOfEveryLength() throws IOException {
        var out = new java.io.ByteArrayOutputStream();
        ByteSink sink = new ByteSink(out);
        long[] values = {
            0, 9, 10, 99, 100, Integer.MAX_VALUE, Long.MAX_VALUE, 999_999_999_999_999_999L, -1, Long.MIN_VALUE
        };
        for (long value : values) {
            sink.number(value).ascii(' ');
        }
        sink.flush();
        assertThat(out.toString(StandardCharsets.US_ASCII).trim().split(" "))
                .isEqualTo(Arrays.stream(values).mapToObj(Long::toString).toArray(String[]::new));
    }

    private MvcTestResult get(String query) {
        StringBuilder encoded = new StringBuilder();
        for (String pair : query.split("&")) {
            String[] parts = pair.split("=", 2);
            encoded.append(encoded.isEmpty() ? "" : "&")
                    .append(parts[0])
                    .append('=')
                    .append(URLEncoder.encode(parts[1], StandardCharsets.UTF_8));
        }
        return mvc.get().uri(URI.create("/subsets?" + encoded)).exchange();
    }

    private JsonNode json(MvcTestResult answer) {
        return json.readTree(answer.getResponse().getContentAsByteArray());
    }
}
