/**
 * Studies of training itself, by groups of samples: how fast the tangent kernel moves, and whether trainings that part end in
 * one valley. The studies know surrogates and scores; {@link io.winnow.dynamics.DynamicsKind} makes jobs of them.
 */
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
package io.winnow.dynamics;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
