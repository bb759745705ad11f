package io.winnow.scoring.run;

import io.winnow.scoring.Need;
import io.winnow.scoring.RunRequest;
import io.winnow.scoring.ScoringMethod;
import java.util.EnumSet;
import java.util.Set;

/**
 * What a run will do: the united needs of its methods and what that costs.
 *
 * <p>Costs are in forward passes of one sample; the factors of the other passes are what they take beside it on a
 * convolutional network, good enough for a progress bar.
 */
record Plan(RunRequest request, Set<Need> needs) {

    static final double TRAINING = 3;
    static final double FORWARD = 1;
    static final double GRADIENTS = 3.5;
    static final double MEAN_GRADIENT = 3;
    static final double DIRECTED_GRADIENTS = 4.2;

    /**
     * @throws IllegalArgumentException when there are too few samples for the parts that are asked for
     */
    static Plan of(RunRequest request) {
        Set<Need> needs = EnumSet.noneOf(Need.class);
        for (ScoringMethod method : request.methods()) {
            needs.addAll(method.needs());
        }
        Plan plan = new Plan(request, needs);
        if (plan.trainsOnParts()) {
            Parts.requireFit(plan.samples(), request.options().chunks());
        }
        return plan;
    }

    int samples() {
        return request.train().size();
    }

    int epochs() {
        return request.training().epochs();
    }

    boolean needs(Need need) {
        return needs.contains(need);
    }

    /** A snapshot is read by a forward pass, unless the logits of a pass of gradients are enough. */
    boolean forwardsSnapshots() {
        return needs(Need.SNAPSHOT_EMBEDDINGS) || needs(Need.SNAPSHOT_LOGITS) && !needs(Need.SNAPSHOT_GRADIENTS);
    }

    boolean takesSnapshots() {
        return needs(Need.SNAPSHOT_LOGITS) || needs(Need.SNAPSHOT_EMBEDDINGS) || needs(Need.SNAPSHOT_GRADIENTS);
    }

    boolean takesStages() {
        return needs(Need.GRADIENT_STAGES) && request.options().chunks() == 1;
    }

    boolean trainsOnAll() {
        return needs(Need.TRAINING_LOGITS) || takesSnapshots() || takesStages();
    }

    boolean trainsOnParts() {
        return needs(Need.GRADIENT_STAGES) && request.options().chunks() > 1;
    }

    /** The whole run's cost. A second reading of a snapshot is not foreseen. */
    double cost() {
        double cost = 0;
        double n = samples();
        if (trainsOnAll()) {
            cost += n * TRAINING * epochs();
            if (request.test() != null) {
                cost += request.test().size() * FORWARD * epochs();
            }
        }
        double snapshot = (forwardsSnapshots() ? FORWARD : 0) + (needs(Need.SNAPSHOT_GRADIENTS) ? GRADIENTS : 0);
        cost += n * snapshot * request.scoreAt().size();
        double stages = n * request.options().stages() * (MEAN_GRADIENT + DIRECTED_GRADIENTS);
        if (trainsOnParts()) {
            cost += n * TRAINING * epochs() + stages;
        } else if (takesStages()) {
            cost += stages;
        }
        return cost;
    }
}
