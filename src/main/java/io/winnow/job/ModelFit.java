package io.winnow.job;

import io.winnow.dataset.ReadyDataset;
import io.winnow.model.RegisteredModel;
import io.winnow.platform.InvalidRequestException.Collector;
import io.winnow.platform.UnprocessableException;
import io.winnow.platform.WinnowProperties;
import io.winnow.scoring.MethodRegistry;
import io.winnow.scoring.Need;
import io.winnow.surrogate.SurrogateEngine;
import io.winnow.surrogate.SurrogateSpec;
import io.winnow.surrogate.UnusableModelException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.context.annotation.Lazy;
import org.springframework.stereotype.Component;

/**
 * Whether an uploaded model can do a job. Its layers cannot be looked into, so methods that need them are refused; and it
 * makes a dry pass over the shape of the dataset's samples, once for each pair, in a process of its own. Only a process that
 * works on jobs does so: elsewhere the pass is the first thing that a run does.
 */
@Component
class ModelFit {

    private static final int MOST_REMEMBERED = 1_000;

    private final MethodRegistry methods;
    private final SurrogateEngine engine;
    private final boolean works;
    private final Set<SurrogateSpec> fit = ConcurrentHashMap.newKeySet();

    ModelFit(MethodRegistry methods, @Lazy SurrogateEngine engine, WinnowProperties properties) {
        this.methods = methods;
        this.engine = engine;
        this.works = properties.role().works();
    }

    /**
     * @throws io.winnow.platform.InvalidRequestException naming the methods that the model cannot serve
     * @throws UnprocessableException when the model does not fit the dataset
     */
    void require(JobRequest request, RegisteredModel model, ReadyDataset dataset) {
        if (!model.isUploaded()) {
            return;
        }
        Collector violations = new Collector();
        for (int i = 0; i < request.methods().size(); i++) {
            String field = "methods[" + i + "]";
            String method = request.methods().get(i);
            violations.require(
                    !methods.require(method, field).needs().contains(Need.SNAPSHOT_EMBEDDINGS),
                    field,
                    "'%s' reads the input of the last linear layer, which a TorchScript module does not show; 'grand' gives the whole gradient"
                            .formatted(method));
        }
        violations.require(
                request.options().scope().equals(JobRequest.Options.ALL),
                "options.scope",
                "must be all with a TorchScript model, of which the last layer is not known");
        violations.throwIfAny();
        if (works) {
            dryPass(model, dataset);
        }
    }

    private void dryPass(RegisteredModel model, ReadyDataset dataset) {
        SurrogateSpec spec = new SurrogateSpec(
                model.architecture(),
                model.options(),
                dataset.shape(),
                dataset.classes().size());
        if (fit.contains(spec)) {
            return;
        }
        try {
            engine.initialise(spec, "cpu", 0).close();
        } catch (UnusableModelException e) {
            throw new UnprocessableException("model '%s' cannot be trained on dataset '%s': %s"
                    .formatted(model.name(), dataset.name(), e.getMessage()));
        }
        if (fit.size() < MOST_REMEMBERED) {
            fit.add(spec);
        }
    }
}
