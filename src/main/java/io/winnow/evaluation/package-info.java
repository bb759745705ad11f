/** Evaluations: what accuracy subsets keep against random ones and against all samples, and when scoring pays. */
@ApplicationModule(
        allowedDependencies = {
            "platform",
            "platform :: *",
            "surrogate",
            "dataset",
            "model",
            "scoring",
            "subset",
            "job",
            "job :: web"
        })
@NullMarked
package io.winnow.evaluation;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
