package io.winnow.scoring.method;

import io.winnow.scoring.ScoringMethod;
import java.util.Arrays;
import java.util.List;

/** All methods, for tests that run without a container. */
public final class AllMethods {

    private static final List<ScoringMethod> METHODS = List.of(
            new El2n(),
            new Grand(),
            new GrandLast(),
            new Forgetting(),
            new Aum(),
            new LeastConfidence(),
            new Entropy(),
            new Margin(),
            new Loss(),
            new Moso(),
            new DynamicUncertainty(),
            new Dual(),
            new Prototype(),
            new RandomScore());

    public static final String[] IDS = METHODS.stream().map(ScoringMethod::id).toArray(String[]::new);

    private AllMethods() {}

    public static ScoringMethod of(String id) {
        return METHODS.get(Arrays.asList(IDS).indexOf(id));
    }
}
