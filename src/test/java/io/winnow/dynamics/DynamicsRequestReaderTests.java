package io.winnow.dynamics;

import static org.assertj.core.api.Assertions.assertThat;

import io.winnow.platform.InvalidRequestException;
import io.winnow.platform.InvalidRequestException.Collector;
import io.winnow.platform.InvalidRequestException.Violation;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DynamicsRequestReaderTests {

    private static final String SET = "\"scoreSet\": \"7f9c24e8-3b12-4fef-91e0-bf1a1b1a1c1d\"";

    @Test
    void fillsInTheDefaultsOfAStudyOfModeConnectivity() {
        DynamicsRequest request = read("""
                {"dataset": "clothes", "model": "small", "study": "mode-connectivity", %s}
                """.formatted(SET));
        assertThat(request.groups()).isEqualTo(10);
        assertThat(request.groupCount()).isEqualTo(11);
        assertThat(request.at()).containsExactly(0, 1, 2, 5, 7);
        assertThat(request.path()).hasSize(11).startsWith(0).endsWith(1);
        assertThat(request.statisticsBatches()).isEqualTo(100);
        assertThat(request.samples()).isNull();
        assertThat(request.runs()).isEqualTo(3);
        assertThat(request.epochs()).isEqualTo(10);
        assertThat(request.seed()).isEqualTo(42);
    }

    @Test
    void fillsInTheDefaultsOfAStudyOfKernels() {
        DynamicsRequest request = read("""
                {"dataset": "clothes", "model": "small", "study": "ntk-velocity", "epochs": 3}
                """);
        assertThat(request.groups()).isNull();
        assertThat(request.groupCount()).as("random samples").isEqualTo(1);
        assertThat(request.at()).containsExactly(0, 1, 2);
        assertThat(request.kernelSamples()).isEqualTo(128);
        assertThat(request.alphas()).isNull();
        assertThat(request.statisticsBatches()).isNull();
    }

    @Test
    void studiesOnlyTheBeginningOfATrainingOfOneEpoch() {
        assertThat(read("""
                {"dataset": "clothes", "model": "small", "study": "mode-connectivity", "epochs": 1}
                """).at()).containsExactly(0);
    }

    @Test
    void readsGroupsThatTheUserNames() {
        DynamicsRequest request = read("""
                {"dataset": "clothes", "model": "small", "study": "ntk-velocity", %s, "groups": 4, "at": [3, 0],
                 "subsets": [{"name": "kept", "subset": "mine"}, {"name": "no. 7", "indices": [9, 3]}]}
                """.formatted(SET));
        assertThat(request.at()).containsExactly(0, 3);
        assertThat(request.groupCount()).isEqualTo(4 + 2 + 1);
        assertThat(request.named().get(0).subset()).isEqualTo("mine");
        assertThat(request.named().get(1).indices()).containsExactly(9, 3);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "study                 | 'study': null",
                "study                 | 'study': 'lottery'",
                "scoreSet              | 'scoreSet': 'x'",
                "groups                | 'groups': 0, SET",
                "groups                | 'groups': 5",
                "at[1]                 | 'at': [0, 10]",
                "at                    | 'at': []",
                "alphas                | 'alphas': 1",
                "statisticsBatches     | 'statisticsBatches': 0",
                "samples               | 'samples': 16",
                "runs                  | 'runs': 0",
                "training.batchSize    | 'training': {'batchSize': 1}",
                "training.learningRate | 'training': {'learningRate': -1}",
                "labelNoise.fraction   | 'labelNoise': {}",
                "device                | 'device': 'tpu'",
                "colour                | 'colour': 1",
                "subsets[0].name       | 'subsets': [{'indices': [1]}]",
                "subsets[0].name       | 'subsets': [{'name': 'all', 'indices': [1]}]",
                "subsets[0].name       | 'subsets': [{'name': '3', 'indices': [1]}]",
                "subsets[1].name       | 'subsets': [{'name': 'a', 'indices': [1]}, {'name': 'a', 'subset': 'b'}]",
                "subsets[0].subset     | 'subsets': [{'name': 'a'}]",
                "subsets[0].subset     | 'subsets': [{'name': 'a', 'indices': [1], 'subset': 'b'}]",
                "subsets[0].subset     | 'subsets': [{'name': 'a', 'subset': 'a\\u0000b'}]",
                "subsets[0].indices[1] | 'subsets': [{'name': 'a', 'indices': [1, 1]}]",
                "subsets[0].indices[0] | 'subsets': [{'name': 'a', 'indices': [-1]}]",
                "subsets[0].indices    | 'subsets': [{'name': 'a', 'indices': 7}]",
                "subsets[0].size       | 'subsets': [{'name': 'a', 'indices': [7], 'size': 1}]",
            })
    void namesTheFieldThatIsWrong(String field, String wrong) {
        String body = "{'dataset': 'clothes', 'model': 'small', %s%s}"
                .formatted(wrong.contains("'study'") ? "" : "'study': 'mode-connectivity', ", wrong)
                .replace('\'', '"')
                .replace("SET", SET);
        assertThat(violations(body)).extracting(Violation::field).containsExactly(field);
    }

    @Test
    void refusesWhatTheOtherStudyTakes() {
        assertThat(violations("""
                {"dataset": "clothes", "model": "small", "study": "ntk-velocity", "alphas": 5, "statisticsBatches": 3,
                 "samples": 0}
                """))
                .extracting(Violation::field)
                .containsExactlyInAnyOrder("alphas", "statisticsBatches", "samples");
    }

    @Test
    void refusesMoreIndicesThanARequestShouldCarry() {
        String half = IntStream.range(0, 6_000).mapToObj(Integer::toString).collect(Collectors.joining(","));
        assertThat(violations("""
                {"dataset": "clothes", "model": "small", "study": "ntk-velocity",
                 "subsets": [{"name": "a", "indices": [%s]}, {"name": "b", "indices": [%s]}]}
                """.formatted(half, half)))
                .extracting(Violation::field)
                .containsExactly("subsets");
    }

    private static DynamicsRequest read(String body) {
        Collector violations = new Collector();
        DynamicsRequest request = DynamicsRequestReader.read(body.getBytes(StandardCharsets.UTF_8), violations);
        violations.throwIfAny();
        return request;
    }

    private static List<Violation> violations(String body) {
        try {
            read(body);
            return List.of();
        } catch (InvalidRequestException e) {
            return e.violations();
        }
    }
}
