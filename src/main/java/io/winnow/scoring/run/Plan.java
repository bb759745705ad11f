package io.winnow.scoring.run;

import io.winnow.scoring.Need;
import io.winnow.scoring.PassCosts;
import io.winnow.scoring.RunRequest;
import io.winnow.scoring.ScoringMethod;
import java.util.EnumSet;
import java.util.Set;

/**
 * What a run will do: the united needs of its methods and what that costs.
 *
 * <p>Costs are in forward passes of one sample, or in seconds where passes were timed.
 */
record Plan(RunRequest request, Set<Need> needs) {

    private static final PassCosts UNITS = PassCosts.IN_FORWARD_PASSES;
    static final double TRAINING = UNITS.training();
    static final double FORWARD = UNITS.forward();
    static final double GRADIENTS = UNITS.gradients();
    static final double MEAN_GRADIENT = UNITS.gradientSum();
    static final double DIRECTED_GRADIENTS = UNITS.directedGradients();

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

    /** The whole run's cost in forward passes. A second reading of a snapshot is not foreseen. */
    double cost() {
        return trainingCost(UNITS) + scoringCost(UNITS);
    }

    /** All optimizer steps, those on parts of the samples included. */
    double trainingCost(PassCosts costs) {
        int trainings = (trainsOnAll() ? 1 : 0) + (trainsOnParts() ? 1 : 0);
        return (double) samples() * epochs() * trainings * costs.training();
    }

    /** All other passes. */
    double scoringCost(PassCosts costs) {
        double n = samples();
        double cost = 0;
        if (trainsOnAll() && request.test() != null) {
            cost += request.test().size() * costs.forward() * epochs();
        }
        double snapshot =
                (forwardsSnapshots() ? costs.forward() : 0) + (needs(Need.SNAPSHOT_GRADIENTS) ? costs.gradients() : 0);
        cost += n * snapshot * request.scoreAt().size();
        if (trainsOnParts() || takesStages()) {
            long stages =
                    Math.min(request.options().stages(), request.training().totalSteps(samples()));
            cost += n * stages * (costs.gradientSum() + costs.directedGradients());
        }
        return cost;
    }
}
