package io.winnow;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/** Winnow tells a machine-learning team which training samples it can leave out. */
@SpringBootApplication
@ConfigurationPropertiesScan
public class WinnowApplication {

    public static void main(String[] args) {
        SpringApplication.run(WinnowApplication.class, args);
    }
}
