/** Noise audits: how many labels of a dataset are wrong, and which, found by planting a few wrong ones. */
@ApplicationModule(
        allowedDependencies = {
            "platform",
            "platform :: *",
            "surrogate",
            "dataset",
            "scoring",
            "subset",
            "job",
            "job :: web"
        })
@NullMarked
package io.winnow.noise;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
