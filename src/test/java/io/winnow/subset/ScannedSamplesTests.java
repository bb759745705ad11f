package io.winnow.subset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.winnow.platform.Fraction;
import io.winnow.platform.UnprocessableException;
import io.winnow.scoring.Keeps;
import io.winnow.scoring.ScoreSet;
import io.winnow.subset.SubsetRequest.Order;
import io.winnow.testing.MemoryScores;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScannedSamplesTests {

    private final MemoryScores scores = new MemoryScores();

    @ParameterizedTest
    @ValueSource(strings = {"top", "window", "random"})
    void readsTheSameListFromTheStoreAsFromMemory(String policy) throws IOException {
        Random random = new Random(9);
        float[] values = new float[150_000];
        for (int i = 0; i < values.length; i++) {
            // few values, so that most places are ties; both zeros among them
            values[i] = (random.nextInt(5) - 2) * 0.5f * (random.nextBoolean() ? 1 : -1);
        }
        for (Keeps keeps : Keeps.values()) {
            ScoreSet set = scores.keep("large", "el2n", 3, keeps, values, null);
            for (String ratio : List.of("0.00001", "0.3", "0.77777", "1")) {
                SubsetRequest request = new SubsetRequest(
                        set,
                        SubsetPolicies.of(policy, java.util.Map.of(), ""),
                        Fraction.parseRatio(ratio, "ratio"),
                        5,
                        Order.INDEX);
                Subset inMemory = selector(values.length).select(request);
                Subset scanned = selector(10).select(request);
                assertThat(scanned.samples().size())
                        .isEqualTo(inMemory.samples().size());
                assertThat(indices(scanned)).isEqualTo(indices(inMemory));
                assertThat(scanned.checksum()).isEqualTo(inMemory.checksum());
            }
        }
    }

    @Test
    void saysWhatDoesNotFitTheHeap() {
        ScoreSet set = scores.keep("large", "el2n", 3, Keeps.HIGHEST, new float[100], new int[100]);
        SubsetRequest byClass = new SubsetRequest(set, new ClassStandardizedPolicy(), Fraction.of(0.5), 0, Order.INDEX);
        assertThatThrownBy(() -> selector(10).select(byClass))
                .isInstanceOf(UnprocessableException.class)
                .hasMessageContaining("class-standardized");
        SubsetRequest ordered = new SubsetRequest(set, new TopPolicy(), Fraction.of(0.5), 0, Order.IMPORTANCE);
        assertThatThrownBy(() -> selector(10).select(ordered)).isInstanceOf(UnprocessableException.class);
    }

    private SubsetSelector selector(int largestInMemory) {
        return new SubsetSelector(scores, largestInMemory);
    }

    private static List<Integer> indices(Subset subset) throws IOException {
        List<Integer> indices = new ArrayList<>();
        subset.samples().scan(chunk -> {
            for (int row = 0; row < chunk.count(); row++) {
                indices.add(chunk.index(row));
            }
        });
        return indices;
    }
}
