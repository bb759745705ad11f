package io.winnow.job;

import io.winnow.dataset.Datasets;
import io.winnow.dataset.ReadyDataset;
import io.winnow.dataset.SampleKeys;
import io.winnow.dataset.SourcePositions;
import io.winnow.dataset.Split;
import io.winnow.dataset.TensorStore;
import io.winnow.model.Models;
import io.winnow.model.RegisteredModel;
import io.winnow.platform.NotFoundException;
import io.winnow.scoring.Checkpoints;
import io.winnow.scoring.Keeps;
import io.winnow.scoring.Need;
import io.winnow.scoring.RunContext;
import io.winnow.scoring.RunListener;
import io.winnow.scoring.RunRequest;
import io.winnow.scoring.RunScorer;
import io.winnow.scoring.RunScores;
import io.winnow.scoring.RunScores.EpochAccuracy;
import io.winnow.scoring.RunScores.MethodScores;
import io.winnow.scoring.ScoreFold;
import io.winnow.scoring.ScoringMethod;
import io.winnow.scoring.ShardPass;
import io.winnow.scoring.Shards;
import io.winnow.surrogate.ComputeDevice;
import io.winnow.surrogate.Element;
import io.winnow.surrogate.Normalisation;
import io.winnow.surrogate.SampleShape;
import io.winnow.surrogate.StopSignal;
import io.winnow.surrogate.Surrogate;
import io.winnow.surrogate.SurrogateEngine;
import io.winnow.surrogate.SurrogateSpec;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;

/** Everything around the job engine that is not it, small enough to be scripted by a test. */
@TestConfiguration(proxyBeanMethods = false)
class JobBench {

    static final int SAMPLES = 24;
    static final int CLASSES = 3;
    static final UUID DATASET = UUID.fromString("00000000-0000-0000-0000-00000000da7a");

    /** Does what the test says instead of training. */
    static class ScriptedScorer implements RunScorer {

        /** What a run does. */
        interface Script {
            RunScores play(RunRequest request, RunListener listener);
        }

        private final AtomicReference<Script> script = new AtomicReference<>();
        final List<RunRequest> requests = Collections.synchronizedList(new ArrayList<>());

        void play(Script next) {
            script.set(next);
            requests.clear();
        }

        @Override
        public RunScores score(RunRequest request, RunListener listener, Checkpoints checkpoints, Shards shards) {
            requests.add(request);
            return script.get().play(request, listener);
        }

        @Override
        public void shard(
                RunRequest request,
                ShardPass pass,
                int from,
                int to,
                InputStream state,
                StopSignal stop,
                OutputStream out) {
            throw new UnsupportedOperationException("the scorer is scripted");
        }
    }

    /** Scores that depend on the seed, the sample and its label only. */
    static RunScores scoresOf(RunRequest request) {
        int samples = request.train().size();
        int[] labels = new int[samples];
        float[] scores = new float[samples];
        for (int i = 0; i < samples; i++) {
            labels[i] = request.train().label(i);
            scores[i] = (float) Math.sin(request.seed() % 1_000 + 3 * i + labels[i]);
        }
        List<MethodScores> methods = request.methods().stream()
                .flatMap(method ->
                        request.scoreAt().stream().map(epoch -> new MethodScores(method.id(), epoch, scores, Map.of())))
                .toList();
        int last = request.training().epochs();
        return new RunScores(
                methods,
                labels,
                request.train().classes(),
                labels,
                List.of(new EpochAccuracy(last, 0.75, request.test() == null ? Double.NaN : 0.5)),
                1.5,
                0.5);
    }

    @Bean
    @Primary
    ScriptedScorer scriptedScorer() {
        return new ScriptedScorer();
    }

    @Bean
    @Primary
    MemoryScoreStore memoryScoreStore() {
        return new MemoryScoreStore();
    }

    @Bean
    ScoringMethod firstScriptedMethod() {
        return new ScriptedMethod("scripted");
    }

    @Bean
    ScoringMethod secondScriptedMethod() {
        return new ScriptedMethod("scripted-too");
    }

    record ScriptedMethod(String id) implements ScoringMethod {

        @Override
        public Keeps keeps() {
            return Keeps.HIGHEST;
        }

        @Override
        public Set<Need> needs() {
            return Set.of();
        }

        @Override
        public ScoreFold begin(RunContext run) {
            throw new UnsupportedOperationException("the scorer is scripted");
        }
    }

    @Bean
    @Primary
    SurrogateEngine oneCpu() {
        return new SurrogateEngine() {
            @Override
            public List<ComputeDevice> devices() {
                return List.of(new ComputeDevice("cpu", "a processor", 1 << 30));
            }

            @Override
            public Surrogate initialise(SurrogateSpec spec, String device, long seed) {
                throw new UnsupportedOperationException("the scorer is scripted");
            }
        };
    }

    @Bean
    @Primary
    Models oneModel() {
        return name -> {
            if (!name.equals("small")) {
                throw new NotFoundException("there is no model " + name);
            }
            return new RegisteredModel(new UUID(0, 1), name, "mlp", Map.of("hidden", 8));
        };
    }

    @Bean
    @Primary
    Datasets oneDataset() {
        return new Datasets() {
            private final ReadyDataset tiny = new ReadyDataset(
                    DATASET,
                    "tiny",
                    new SampleShape(1, 1, 1),
                    Element.UINT8,
                    List.of("a", "b", "c"),
                    new ReadyDataset.SplitInfo(SAMPLES, new int[] {8, 8, 8}, "sha256:1", SourcePositions.ALL),
                    null,
                    new Normalisation(new float[] {0.5f}, new float[] {0.25f}));

            @Override
            public ReadyDataset requireReady(String name) {
                if (!name.equals("tiny")) {
                    throw new NotFoundException("there is no dataset " + name);
                }
                return tiny;
            }

            @Override
            public ReadyDataset requireReady(UUID id) {
                return tiny;
            }

            @Override
            public void requireUnchanged(ReadyDataset dataset) {}

            @Override
            public void requireIntact(ReadyDataset dataset, StopSignal stop) {}

            @Override
            public void requireStoresIntact(ReadyDataset dataset, StopSignal stop) {}

            @Override
            public SourcePositions trainingPositions(@Nullable UUID id) {
                return SourcePositions.ALL;
            }

            @Override
            public TensorStore open(ReadyDataset dataset, Split split) {
                return new TinyDataset(SAMPLES, CLASSES);
            }

            @Override
            public Optional<SampleKeys> keys(ReadyDataset dataset, Split split) {
                return Optional.empty();
            }

            @Override
            public Optional<SampleKeys> trainingKeys(@Nullable UUID id) {
                return Optional.empty();
            }
        };
    }
}
