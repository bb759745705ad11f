package io.winnow;

import org.junit.jupiter.api.Test;
import org.springframework.modulith.core.ApplicationModules;

class ModularityTests {

    @Test
    void dependenciesBetweenModulesGoOneWay() {
        ApplicationModules.of(WinnowApplication.class).verify();
    }
}
