package io.winnow.scoring.run;

import io.winnow.scoring.PassCosts;
import io.winnow.scoring.RunForecast;
import io.winnow.scoring.RunRequest;
import org.springframework.stereotype.Component;

/** The cost of a run's {@link Plan}. */
@Component
final class PlanForecast implements RunForecast {

    @Override
    public Forecast of(RunRequest request, PassCosts costs) {
        Plan plan = Plan.of(request);
        return new Forecast(plan.trainingCost(costs), plan.scoringCost(costs));
    }
}
